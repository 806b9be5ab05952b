"""What many orders led to: a row for each outcome with what only it has, what all have said once, lanes folded away."""

from dataclasses import replace

import pytest

from elements import Elements, rows
from shmlesson.analysis.run import Run
from shmlesson.analysis.verdicts.verdict import Verdict
from shmlesson.api.exploration import Exploration, Outcome
from shmlesson.memory.contents import Contents
from shmlesson.views.html import exploration, lanes
from stories import program_run

ENDED = {"parent": "exited with 0", "child 1": "exited with 0"}
STUCK = {"parent": "waits for ever for child 1", "child 1": "waits for ever at lock 1"}
CALL = "%%program --orders 500"


def outcome(printed="97", count=1, order=0, byte=97, **facts):
    """One in which the child printed this and the parent "done", with a block full of ``byte``."""
    facts = {"ended": ENDED, "printed": {"parent": "done\n", "child 1": printed}, **facts}
    return Outcome(count, order, held={"block 1": Contents.uniform(100, byte)}, **facts)


def orders(*outcomes, complete=True, **facts):
    return Exploration(CALL, outcomes, sum(outcome.count for outcome in outcomes), complete, **facts)


BOTH = orders(outcome("97", 3, run=program_run()), outcome("0", 1, 5, run=program_run("private")))
CRASH = outcome("", ended=ENDED | {"child 1": "was ended by SIGSEGV"})


# the values


def test_the_text_is_a_table_of_what_differs_with_what_all_have_in_common_below():
    table = str(orders(outcome("97\n", 3), outcome("0\n", 1, 5)))

    assert table.splitlines() == [
        f"{CALL}: 4 orders, all that there are",
        "  orders  replay with  what came of it",
        '       3  --order 0    child 1 printed "97"',
        '       1  --order 5    child 1 printed "0"',
        "  in all               parent printed \"done\"; the block held 100 x 61 'a'",
        "For certain, the result depends on the order: what child 1 prints.",
    ]


def test_a_single_outcome_is_described_in_full():
    assert orders(outcome()).same == ()
    assert orders(outcome()).different == (
        ('parent printed "done"', 'child 1 printed "97"', "the block held 100 x 61 'a'"),
    )


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (outcome(""), ("child 1 printed nothing",)),
        (outcome(byte=0), ("the block held 100 x 00",)),
        (CRASH, ("child 1 was ended by SIGSEGV", "child 1 printed nothing")),
        (outcome(ended=STUCK), (f"parent {STUCK['parent']}", f"child 1 {STUCK['child 1']}")),
        (outcome("x" * 41), (f'child 1 printed "{"x" * 40}…"',)),
    ],
    ids=["silent", "other bytes", "crash", "stuck", "long"],
)
def test_an_outcome_is_described_by_what_it_alone_has(other, told):
    assert orders(outcome(), other).different[1] == told


def test_that_all_went_well_is_said_only_where_nothing_else_is():
    quiet = {"printed": {}, "count": 1, "order": 0, "held": {}}

    found = Exploration(CALL, (Outcome(ended=ENDED, **quiet), Outcome(ended=STUCK, **quiet)), 2, True)

    assert found.different[0] == ("every process exited with 0",)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"complete": True}, "1 order, all that there are"),
        ({"complete": False}, "1 order, stopped at the bound: there are more"),
        ({"complete": False, "stopped": True}, "1 order, stopped by an interrupt"),
    ],
)
def test_how_far_the_search_came_is_said_in_text_and_picture(facts, said):
    found = orders(outcome(), **facts)

    assert str(found).splitlines()[0] == f"{CALL}: {said}"
    assert f"{CALL}: {said}</caption>" in exploration.picture(found)


def test_orders_are_stuck_if_one_of_them_is():
    assert orders(outcome(), outcome(ended=STUCK)).stuck
    assert not orders(outcome(), CRASH).stuck


def test_the_same_verdict_of_several_outcomes_is_said_once_and_the_most_serious_first(monkeypatch):
    lost, late = Verdict("not reaped", "a", (), (1,)), Verdict("deadlock", "b", (), (2,))
    monkeypatch.setattr(Run, "verdicts", (lost, late, replace(lost, text="c")))

    assert BOTH.verdicts == (late, lost)
    assert [line for line in str(BOTH).splitlines() if "!" in line] == ["  ! deadlock: b", "  ! not reaped: a"]


def test_many_outcomes_are_cut_in_text_and_picture():
    many = orders(*(outcome(str(number), order=number) for number in range(30)))

    assert "And 10 more outcomes, which are in outcomes." in str(many)
    assert "And 6 more outcomes, which are in outcomes." in exploration.picture(many)


def test_a_number_that_the_program_wrote_is_shown_as_a_number():
    run = program_run()
    writes = replace(run.events[5], detail=run.events[5].detail | {"value": "6"})

    counted = outcome(run=replace(run, events=(*run.events, writes)))

    assert "the block held 6" in str(counted)


def test_no_orders_at_all_are_a_table_without_rows():
    assert str(orders()).splitlines()[0] == f"{CALL}: 0 orders, all that there are"
    Elements(exploration.picture(orders()))


# the picture


def test_the_picture_has_a_row_for_each_outcome_and_one_for_all():
    assert rows(exploration.picture(BOTH))[:4] == [
        "orders what came of it to see it again",
        "3 child 1 printed &quot;97&quot; --order 0",
        "1 child 1 printed &quot;0&quot; --order 5",
        "in all parent printed &quot;done&quot; the block held 100 x 61 &#x27;a&#x27;",
    ]


def test_how_many_orders_lead_to_an_outcome_is_a_number_and_no_bar_which_would_read_as_a_probability():
    assert "<svg" not in exploration.outcomes(BOTH)


def test_below_are_the_lanes_of_each_outcome_folded_away_and_named():
    drawn = exploration.picture(BOTH)

    assert drawn.count(lanes.picture(program_run())) == 1
    assert "<summary>order 5: child 1 printed &quot;0&quot;</summary>" in drawn
    assert "<details open" not in drawn


def test_only_the_most_frequent_outcomes_have_lanes():
    many = orders(*(outcome(str(number), order=number, run=program_run()) for number in range(9)))

    assert exploration.picture(many).count("<details") == 6
    assert exploration.picture(orders(outcome())).count("<details") == 0


def test_the_picture_is_well_formed_and_what_was_printed_is_neither_markup_nor_a_formula():
    drawn = exploration.picture(orders(outcome("<b>$x$</b>", run=program_run()), outcome("0", order=1)))

    Elements(drawn)
    assert " id=" not in drawn
    assert "<b>$x$" not in drawn
    assert drawn.startswith('<div class="mathjax_ignore">')


def test_a_role_that_stands_for_an_id_is_not_cut():
    found = outcome("I am the child, and process ID is <ID of child 1>, I think, and you?")

    assert '"I am the child, and process ID is <ID of child 1>…"' in str(found)


def test_a_button_stands_below_the_number_of_its_order_where_there_is_no_room_beside_it():
    drawn = exploration.outcomes(BOTH, lambda place, found: "<button></button>")

    assert 'white-space:nowrap">--order 5</span> <button></button></td>' in drawn
