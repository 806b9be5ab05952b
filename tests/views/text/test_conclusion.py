"""What a run has shown, in one sentence that is true of this run: of real ones, and of ones that nobody ran."""

import itertools

import pytest

from shmlesson import share
from shmlesson.api.trials import Trials
from shmlesson.memory.contents import Contents
from shmlesson.views.text.conclusion import of_run, of_trials
from stories import lesson, lesson_reports, report, run_of

SAW = {"parent": "The child saw what the parent wrote: ", "child": "The parent saw what the child wrote: "}
SAW_NOT = {"parent": "The child did not see it: ", "child": "The parent did not see it: "}
BOTH = tuple(SAW)


@pytest.mark.parametrize("writer", BOTH)
@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"wait": "pipe"}, "it waited at a pipe for the word that the write was done"),
        ({"wait": "semaphore"}, "it waited at a semaphore until the write was done"),
    ],
    ids=["pipe", "semaphore"],
)
def test_who_saw_the_write_saw_it_for_what_the_reader_did_before_it_looked(settings, why, writer):
    assert of_run(share(100, "a", writer=writer, **settings)) == f"{SAW[writer]}{why}."


def test_a_parent_that_has_waited_for_its_child_says_so():
    run = share(100, "a", writer="child", wait="wait")

    assert of_run(run) == "The parent saw what the child wrote: it had waited for the child to end."


@pytest.mark.parametrize(("writer", "wait"), list(itertools.product(BOTH, ("none", "pipe"))))
@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"memory": "private"}, "a private mapping is copied on write"),
        ({"memory": "bytearray"}, "a bytearray is not shared memory: each process has its own"),
        ({"made": "after"}, "the block was made after the fork, so each process has one of its own"),
        (
            {"made": "after", "memory": "private"},
            "the block was made after the fork, so each process has one of its own",
        ),
    ],
    ids=["private", "bytearray", "after", "both"],
)
def test_where_nothing_is_shared_it_is_said_why_the_write_was_not_seen(settings, why, writer, wait):
    run = share(100, "a", writer=writer, wait=wait, **settings)

    assert of_run(run) == f"{SAW_NOT[writer]}{why}."


def told(saw, *before):
    """A lesson in which the child does this before it looks, and sees that."""
    story = [each for each in lesson_reports() if each["kind"] not in ("waits", "sends")]
    look = next(place for place, each in enumerate(story) if each["process"] == "child 1" and each["kind"] == "reads")
    story[look]["detail"]["contents"] = saw.to_wire()
    story[look:look] = before
    return run_of(*story, ended={"parent": 0, "child 1": 0})


ZEROS, HALF, FULL = Contents.uniform(100, 0), Contents(100, [(0, 50, 97), (50, 50, 0)]), Contents.uniform(100, 97)
SLEEP = report("child 1", "sleeps", seconds=0.001)


@pytest.mark.parametrize(
    ("saw", "before", "sentence"),
    [
        (FULL, (), "The child saw what the parent wrote: this time it came second, though nothing made it wait."),
        (
            ZEROS,
            (),
            "The child did not see it: nothing made it wait, and it read before the parent had written.",
        ),
        (
            ZEROS,
            (SLEEP,),
            "The child did not see it: its sleep of 0.001 s was over before the parent had written.",
        ),
        (FULL, (SLEEP,), "The child saw what the parent wrote: this time its sleep of 0.001 s was long enough."),
        (HALF, (), "The child saw some of both: it read while the parent was writing."),
    ],
    ids=["second", "first", "too short", "long enough", "half"],
)
def test_of_a_reader_that_nothing_makes_wait_it_is_said_when_it_came(saw, before, sentence):
    assert of_run(told(saw, *before)) == sentence


def test_of_zeros_over_zeros_nothing_is_claimed():
    sentence = "Zeros were written over zeros, so there is no telling whether they were seen."

    assert of_run(lesson(100, 0)) == of_run(share(100, 0, memory="private")) == sentence
    assert of_trials(Trials("", ((0.0, "the write"),)), 0) == sentence


def test_of_a_run_that_was_cut_short_nothing_is_claimed():
    assert of_run(run_of(*lesson_reports()[:6])) == ""


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        ({"the write": 3}, "The reader saw the write in each of 3 trials."),
        ({"zeros": 1}, "The reader saw zeros in the one trial."),
        (
            {"zeros": 2, "the write": 1},
            "It depends on who comes first: of 3 trials the reader saw the write in 1 and zeros in 2.",
        ),
        (
            {"zeros": 1200, "the write": 1, "some of both": 2},
            "It depends on who comes first: of 1,203 trials the reader saw the write in 1, zeros in 1,200 and "
            "some of both in 2.",
        ),
        ({}, ""),
    ],
    ids=str,
)
def test_trials_are_told_by_how_often_what_was_seen(seen, sentence):
    trials = Trials("", tuple((0.0, outcome) for outcome, count in seen.items() for _ in range(count)))

    assert of_trials(trials, 97) == sentence
