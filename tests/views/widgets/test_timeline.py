"""A run, stepped through: what stands where after each step, and a widget that has sent it all at once."""

import pickle

import pytest
import traitlets

from shmlesson.views import Lanes
from shmlesson.views.html import lanes
from shmlesson.views.text.moments import at, moments
from shmlesson.views.text.scene import scene_of
from stories import PIDS, lesson, program_run, report, run_of

BORN = report("parent", "born", ppid=1, returned=None)
FORK = report("parent", "forks", child="child 1", returned=PIDS["child 1"])
CHILD = report("child 1", "born", ppid=PIDS["parent"], returned=0)
SENT = ("call", "source", "moments", "drawing", "rest")


def moments_of(run):
    return moments(scene_of(run))


def printed(text, role="child 1", stream="stdout", line=3):
    return report(role, "prints", text=text, stream=stream, line=line)


def forked(*after, **facts):
    """A run that forks a child, and of which that is known besides."""
    return run_of(BORN, FORK, CHILD, *after, **facts)


def course(run, name):
    return next(process for process in moments_of(run).processes if process.name == name)


def whole(pieces, step):
    return "".join(text for since, text in pieces if since <= step)


@pytest.mark.parametrize(
    ("step", "parent", "child"), [(0, 0, 0), (1, 5, 0), (3, 6, 6), (5, 10, 7), (7, 10, 8), (8, 10, 9), (9, 11, 0)]
)
def test_a_process_stands_on_the_line_of_its_last_step_until_it_has_ended(step, parent, child):
    found = moments_of(program_run())

    assert [at(process.lines, step, 0) for process in found.processes] == [parent, child]


@pytest.mark.parametrize(
    ("step", "state"), [(0, "not forked yet"), (1, "not forked yet"), (2, "is running"), (8, "exited with 0")]
)
def test_a_child_is_there_from_its_fork_until_it_ends(step, state):
    assert at(course(program_run(), "child 1").state, step, "") == state


def test_who_was_killed_has_ended_where_it_is_reaped_and_stands_nowhere_from_there_on():
    reaps = report("parent", "reaps", pid=PIDS["child 1"], ended=-9, line=4)
    run = forked(printed("a\n"), reaps, ended={"child 1": -9})

    child = course(run, "child 1")
    assert child.state[-1] == (4, "was ended by SIGKILL")
    assert child.lines == [(3, 3), (4, 0)]


def test_who_never_ended_is_said_to_have_been_stopped_with_the_last_step():
    child = course(forked(printed("a\n"), stopped=["child 1"]), "child 1")

    assert child.state[-1] == (3, "was still running and was stopped")
    assert at(child.lines, 3, 0) == 3


def test_who_waits_for_ever_is_said_to_wait_at_its_line_to_the_end():
    waits = report("child 1", "waits", at="lock", name="lock 1", line=7)
    run = forked(waits, printed("p\n", "parent"), stopped=["parent", "child 1"], source="pass")

    child = course(run, "child 1")
    assert child.state[-1][1] == "waits at the lock, and never comes back"
    assert child.lines[-1][1] == 7


def test_what_a_process_has_printed_grows_step_by_step_and_stderr_apart():
    run = forked(printed("a\n"), printed("oh\n", stream="stderr"), printed("b\n"), printed("p\n", "parent"))

    child = course(run, "child 1")
    assert [whole(child.printed, step) for step in (2, 3, 4, 5, 6)] == ["", "a\n", "a\n", "a\nb\n", "a\nb\n"]
    assert whole(child.stderr, 6) == "oh\n"
    assert whole(course(run, "parent").printed, 6) == "p\n"


def test_a_very_long_print_is_sent_in_part():
    child = course(forked(printed("x" * 100_000)), "child 1")

    assert child.printed == [(3, f"{'x' * 2000}… and 98,000 more characters\n")]


def test_a_block_holds_what_it_held_after_that_step():
    block, *_ = moments_of(program_run()).blocks

    assert [at(block.state, step, "") for step in (0, 1, 4, 5)] == [
        *("", "100 x 00", "100 x 00"),
        "3 x 00, 1 x 61 'a', 96 x 00",
    ]


LOCK, PIPE = {"at": "lock", "name": "lock 1"}, {"at": "pipe", "name": "pipe 1"}


def test_locks_and_pipes_are_told_as_they_were_after_that_step():
    made = [report("parent", "makes", **thing) for thing in (LOCK, PIPE)]
    sends = report("child 1", "sends", **PIPE, count=5)
    acts = [report("child 1", "acquires", **LOCK), sends, report("child 1", "releases", **LOCK)]

    lock, pipe = moments_of(run_of(BORN, *made, FORK, CHILD, *acts)).things
    assert (lock.name, [at(lock.state, step, "") for step in (2, 3, 5)]) == (
        "the lock",
        ["free", "held by child 1", "free"],
    )
    assert [at(pipe.state, step, "") for step in (3, 4)] == ["empty", "5 bytes"]


def test_a_lock_that_somebody_waits_for_in_vain_says_so():
    waits = report("parent", "waits", **LOCK)
    run = forked(report("child 1", "acquires", **LOCK), waits, stopped=["parent", "child 1"])

    lock, *_ = moments_of(run).things
    assert lock.state[-1] == (4, "held by child 1; parent waits for it and never comes back")


def test_a_step_says_who_did_what_on_which_line_and_when():
    steps = moments_of(program_run()).steps

    assert (steps[4].process, steps[4].did, steps[4].line) == ("parent", "writes 1 x 61 'a' at offset 3", 10)
    assert steps[0].ms == "0.001"
    assert [step.line for step in moments_of(lesson()).steps] == [0] * 11


@pytest.mark.parametrize(("asked", "there"), [(0, 0), (4, 4), (11, 11), (12, 11), (-1, 0)])
def test_a_step_is_set_within_the_run(asked, there):
    live = Lanes(lesson())

    live.step = asked

    assert live.step == there
    assert Lanes(lesson(), step=asked).step == there


def test_steps_can_be_observed_and_linked():
    first, second, seen = Lanes(lesson()), Lanes(lesson(7)), []
    first.observe(lambda change: seen.append(change["new"]), "step")
    traitlets.link((first, "step"), (second, "step"))

    second.step = 5

    assert first.step == 5
    assert seen == [5]


def test_a_run_that_is_set_or_linked_begins_with_its_first_step():
    first, second = Lanes(lesson(), step=5), Lanes()
    traitlets.link((first, "run"), (second, "run"))

    first.run = program_run()

    assert (first.step, first.call) == (1, "program.py")
    assert {name: getattr(first, name) for name in SENT} == {name: getattr(second, name) for name in SENT}


def test_a_run_that_has_been_kept_is_as_good_as_a_new_one():
    run = program_run()

    kept = Lanes(pickle.loads(pickle.dumps(run)))

    assert {name: getattr(kept, name) for name in SENT} == {name: getattr(Lanes(run), name) for name in SENT}
    assert kept.face_text() == Lanes(run).face_text()


def test_the_drawing_has_a_row_for_each_step_with_its_process_and_line():
    drawn = Lanes(program_run()).drawing

    assert drawn.count(' data-step="') == 10
    assert ' data-step="6" data-process="child 1" data-line="8"' in drawn


def test_lanes_have_times_and_their_face_has_none():
    live = Lanes(lesson())

    assert live.moments["steps"][0]["ms"] == "0.001"
    assert live.face_html() == lanes.picture(lesson())
    assert " ms" not in live.face_html() + live.face_text()


def test_lanes_without_a_run_are_empty():
    empty = Lanes()

    assert (empty.drawing, empty.moments, empty.step) == ("", {}, 0)
    assert (empty.face_html(), empty.face_text()) == ("", "No run yet.")


def test_the_widget_needs_nothing_from_outside():
    sent = Lanes(lesson()).get_state()

    assert "export default" in sent["_esm"]
    assert ".shmlesson-stepper" in sent["_css"]
    assert "://" not in sent["_esm"] + sent["_css"]
