"""What a run comes back as: frozen values whose story is in one order, whoever's report came first."""

import dataclasses
import itertools
from signal import SIGKILL, SIGTERM

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shmlesson.analysis.run import Run
from shmlesson.memory.contents import Contents
from shmlesson.trace.event import Event
from shmlesson.trace.process import Process, how_it_ended
from stories import PIDS, lesson, lesson_reports, report, run_of


def born(process="parent", returned=None):
    return report(process, "born", ppid=1, returned=returned)


def forks(process, child):
    return report(process, "forks", child=child, returned=PIDS[child])


def prints(process, text):
    return report(process, "prints", text=text, stream="stdout")


def steps(run):
    """The story in short: who, what."""
    return [(event.process, event.kind) for event in run.story]


def test_fork_returns_the_childs_process_id_in_the_parent_and_0_in_the_child():
    run = lesson()

    assert run.parent.returned == run.child.pid
    assert run.child.returned == 0
    assert run.child.ppid == run.parent.pid


def test_a_process_saw_what_its_last_look_showed_and_wrote_what_it_last_wrote():
    run = lesson(100, 97)

    assert (run.parent.saw, run.parent.wrote) == (Contents.uniform(100, 0), Contents.uniform(100, 97))
    assert (run.child.saw, run.child.wrote) == (Contents.uniform(100, 97), None)


def test_what_a_process_printed_is_put_together_again():
    texts = [prints("parent", "on"), prints("child 1", "x"), prints("parent", "e\n")]

    run = run_of(born(), born("child 1", 0), *texts)

    assert (run.parent.printed, run.child.printed) == ("one\n", "x")


def test_returned_is_what_the_first_fork_gave():
    run = run_of(born(), forks("parent", "child 1"), forks("parent", "child 2"))

    assert run.parent.returned == PIDS["child 1"]


@pytest.mark.parametrize(
    ("code", "facts"),
    [(0, (0, None)), (3, (3, None)), (-9, (None, SIGKILL)), (-15, (None, SIGTERM)), (-40, (None, 40))],
)
def test_a_process_ends_with_an_exit_code_or_a_signal(code, facts):
    run = run_of(born(), ended={"parent": code})

    assert (run.parent.exit_code, run.parent.signal) == facts


@pytest.mark.parametrize(
    ("reports", "exit_code"),
    [
        ([report("child 1", "ends", code=5)], 5),
        ([report("parent", "reaps", pid=PIDS["child 1"], ended=6)], 6),
        ([report("child 1", "ends", code=300), report("parent", "reaps", pid=PIDS["child 1"], ended=44)], 44),
        ([], None),
    ],
)
def test_how_a_child_ended_is_known_from_whoever_knows_best(reports, exit_code):
    run = run_of(born(), forks("parent", "child 1"), born("child 1", 0), *reports)

    assert run.child.exit_code == exit_code


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"exit_code": 0}, "exited with 0"),
        ({"signal": SIGKILL}, "was ended by SIGKILL"),
        ({"signal": 40}, "was ended by signal 40"),
        ({"signal": SIGKILL, "stopped": True}, "was still running and was stopped"),
        ({}, "ended, but nobody knows how"),
    ],
)
def test_an_ending_in_words(facts, words):
    assert how_it_ended(Process("parent", 1, 0, **facts)) == words


def test_processes_come_in_the_order_of_their_names_each_with_its_own_children_behind_it():
    names = ["child 2", "child 1.1", "parent", "child 1"]

    run = run_of(*[born(name) for name in names])

    assert [process.name for process in run.processes] == ["parent", "child 1", "child 1.1", "child 2"]
    assert [process.name for process in run.children] == ["child 1", "child 1.1", "child 2"]


@pytest.mark.parametrize(
    ("run", "there"), [(run_of(born()), "it had: parent"), (run_of(), "it had: none")], ids=["a parent", "nobody"]
)
def test_a_role_that_nobody_had_is_a_lookup_error_that_names_those_there(run, there):
    with pytest.raises(LookupError) as caught:
        run.child  # noqa: B018

    assert str(caught.value) == f"no process 'child 1' in this run; {there}"


def test_a_process_is_found_by_its_role():
    run = lesson()

    assert run["child 1"] is run.child is run.children[0]


@pytest.mark.parametrize("value", [lesson(), lesson().parent, lesson().events[0]], ids=["run", "process", "event"])
def test_what_comes_back_is_frozen(value):
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, dataclasses.fields(value)[0].name, "other")


def test_the_repr_of_a_run_says_how_each_process_ended_and_no_process_id():
    run = run_of(born(), forks("parent", "child 1"), born("child 1"), call="x", ended={"parent": 0, "child 1": -9})

    assert repr(run) == "<Run of x: parent exited with 0; child 1 was ended by SIGKILL>"


def test_an_event_of_reaping_names_the_role_and_not_only_the_process_id():
    reaps = [report("parent", "reaps", pid=pid, ended=0) for pid in (PIDS["child 1"], 4242)]

    run = run_of(born(), born("child 1"), *reaps)

    assert [event.detail["child"] for event in run.events[2:]] == ["child 1", "a process it started"]


def test_the_story_is_the_same_in_whichever_order_lone_events_were_reported():
    reports = lesson_reports()
    alone = reports[4:6]  # the child starts and waits, while the parent writes and gives word
    beside = reports[6:8]
    orders = [
        order for order in itertools.permutations(alone + beside) if _keeps(order, alone) and _keeps(order, beside)
    ]

    stories = [steps(run_of(*reports[:4], *order, *reports[8:])) for order in orders]

    assert len(stories) == 6
    assert all(story == steps(lesson()) for story in stories)


def _keeps(order, part):
    return [one for one in order if one in part] == part


def test_a_child_never_lives_before_its_fork_even_when_its_report_came_first():
    run = run_of(born(), born("child 1", 0), prints("child 1", "x"), forks("parent", "child 1"), prints("parent", "y"))

    assert steps(run)[:4] == [("parent", "born"), ("parent", "forks"), ("child 1", "born"), ("child 1", "prints")]


@given(st.permutations(["parent"] * 5 + ["child 1"] * 4))
def test_the_story_has_every_event_once_and_each_process_in_its_own_order(order):
    before_the_fork, *rest = _split(lesson_reports(), 3)
    own = {role: [one for one in rest if one["process"] == role] for role in ("parent", "child 1")}

    run = run_of(*before_the_fork, *[own[role].pop(0) for role in order])

    for role in ("parent", "child 1"):
        assert [event for event in run.story if event.process == role] == [e for e in run.events if e.process == role]
    assert len(run.story) == len(run.events) == 12


def _split(reports, place):
    return [reports[:place], *reports[place:]]


def test_contents_arrive_as_contents():
    run = run_of(born(), report("parent", "reads", contents=[100, 0, 100, 97]))

    assert run.events[1].detail["contents"] == Contents.uniform(100, 97)


def test_the_values_can_be_made_by_hand():
    run = Run("x", (Process("parent", 1, 0),), (Event("parent", "born", 0),))

    assert (run.parent.name, run.events[0].detail, run.stopped_after, run.dropped, run.stray) == (
        "parent",
        {},
        None,
        0,
        "",
    )


def test_two_roles_with_one_id_are_two_processes_for_the_system_may_use_an_id_again():
    first, second = report("child 1", "born", ppid=1, returned=0), report("child 2", "born", ppid=1, returned=0)

    run = run_of(report("parent", "born", ppid=1, returned=None), first, {**second, "pid": first["pid"]})

    assert [process.name for process in run.processes] == ["parent", "child 1", "child 2"]


def test_an_id_that_the_system_uses_again_is_that_of_another_process():
    reports = [report("parent", "born", ppid=1, returned=None)]
    for number, code in enumerate((3, 4, 5), 1):
        reports.append(report("parent", "forks", child=f"child {number}", returned=4000))
        reports.append({**report("child 1", "born", ppid=1, returned=0), "process": f"child {number}", "pid": 4000})
        reports.append(report("parent", "reaps", pid=4000, ended=code))

    run = run_of(*reports)

    assert [(child.pid, child.exit_code) for child in run.children] == [(4000, 3), (4000, 4), (4000, 5)]
    assert [e.detail["child"] for e in run.events if e.kind == "reaps"] == ["child 1", "child 2", "child 3"]
