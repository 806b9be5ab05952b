"""Whatever a program did, however often: its picture and verdicts are there in a moment, and what is cut is said."""

import sys
from functools import partial

import pytest

from floods import FLOODS, Flood
from shmlesson.analysis.order.reads_from import NO_BANDS
from shmlesson.analysis.verdicts.effort import Effort
from shmlesson.api.exploration import Exploration, Outcome
from shmlesson.memory.contents import Contents
from shmlesson.views.html import lanes
from shmlesson.views.text import naming
from shmlesson.views.text.sentences import story

NUMBER = 500


def lines_executed(make, show):
    """How many lines of Python both take, each turn of a loop counted: the same however busy the machine is."""
    count = 0

    def count_one(frame, what, argument):
        nonlocal count
        count += 1
        return count_one

    before = sys.gettrace()
    sys.settrace(count_one)
    try:
        show(make())
    finally:
        sys.settrace(before)
    return count


def shown(run):
    return f"{story(run)}\n{lanes.picture(run)}"


@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.__name__)
def test_twice_as_much_takes_about_twice_the_work_and_never_much_for_each_event(flood):
    once, twice = (lines_executed(partial(flood, number), shown) for number in (NUMBER, 2 * NUMBER))

    assert twice <= 3 * once
    assert twice <= 4500 * 2 * NUMBER


def outcomes(count):
    """What came of so many orders, each another thing."""
    held = {"block 1": Contents.uniform(4, 0), "value 1": Contents.uniform(4, 1)}
    return Exploration(
        "program.py",
        tuple(
            Outcome(
                1, order, {"parent": f"begun\n{order}\nended\n", "child 1": f"{order % 7}\n"}, held, {"parent": "x"}
            )
            for order in range(count)
        ),
        count,
        complete=True,
    )


def test_twice_as_many_outcomes_take_about_twice_the_work():
    once, twice = (lines_executed(partial(outcomes, number), str) for number in (50, 100))

    assert twice <= 2.5 * once


def test_names_are_counted_not_compared_each_with_all(monkeypatch):
    compared = []

    class Noun(str):
        __hash__ = str.__hash__

        def __eq__(self, other):
            compared.append(other)
            return str.__eq__(self, other)

    monkeypatch.setattr(naming, "noun_of", lambda name: Noun(name.partition(" ")[0]))
    flood = Flood()
    for number in range(300):
        flood.says("parent", "makes", at="pipe", name=f"pipe {number + 1}")

    naming.naming(flood.run().events, NO_BANDS, {})

    assert len(compared) <= 3 * 300


def test_of_very_many_verdicts_the_first_are_shown_and_the_others_counted():
    flood = Flood(1)
    flood.forks()
    for number in range(60):
        flood.says("parent", "makes", at="lock", name=f"lock {number + 1}", value=1)
        flood.says("child 1", "acquires", 7 + number, at="lock", name=f"lock {number + 1}")
    flood.ends()
    run = flood.run()

    assert len(run.verdicts) > 50
    assert all(
        f"And {len(run.verdicts) - 50} more, which are in verdicts." in said for said in (story(run), shown(run))
    )


def test_a_crowd_is_not_compared_each_with_all_and_that_is_said():
    flood = Flood(1001)
    flood.maps()
    flood.forks()
    for child in flood.children[:2]:
        flood.touches(child, "writes")
    flood.ends()
    run = flood.run()

    assert run.judged_in_part
    assert run.verdicts == ()
    for said in (story(run), lanes.picture(run)):
        assert said.count("So much happened that not all of it was compared: there may be more to say") == 1


def test_where_too_much_would_have_to_be_compared_it_stops_and_says_so():
    effort = Effort(2)
    while effort.goes_on():
        assert not effort.spent

    assert effort.spent
    assert not Effort(2).spent


def test_blocks_that_are_not_drawn_are_all_counted():
    flood = Flood(2)
    for number in range(300):
        flood.maps(f"block {number + 1}")
    flood.forks()
    flood.ends()

    assert "Its 300 blocks are not drawn: there is no room for so many." in lanes.picture(flood.run())


def test_the_latest_locks_count_where_one_process_holds_hundreds():
    flood = Flood(2)
    flood.maps()
    for number in range(300):
        flood.says("parent", "makes", at="lock", name=f"lock {number + 1}", value=1)
    flood.forks()
    for child in flood.children:
        for number in range(300):
            flood.says(child, "acquires", at="lock", name=f"lock {number + 1}")
        flood.touches(child, "writes")
        for number in range(300):
            flood.says(child, "releases", at="lock", name=f"lock {number + 1}")
    flood.ends()

    assert flood.run().verdicts == ()


def test_a_copy_of_a_block_that_nobody_touches_is_not_said_to_have_no_room():
    flood = Flood(2)
    flood.maps(memory="private")
    flood.forks()
    flood.ends()

    assert "drawn" not in lanes.picture(flood.run())
