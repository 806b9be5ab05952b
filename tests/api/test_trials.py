"""Many trials in one run: each is counted by what its reader saw, and a word that is given always gets there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernels import answer
from shmlesson import trials
from shmlesson.api.trials import OUTCOMES, Trials
from shmlesson.errors import ProcessLost, RunTimeout

NEVER = ["zeros", "some of both"]


@pytest.mark.parametrize("writer", ["parent", "child"])
@pytest.mark.parametrize("wait", ["pipe", "semaphore"])
@pytest.mark.parametrize("size", [1, 100, 300_000])
def test_a_reader_that_waits_for_a_message_sees_the_write_every_time(writer, wait, size):
    done = trials(20, size, "b", wait=wait, writer=writer)

    assert done.counts == {"the write": 20, "zeros": 0, "some of both": 0}


def test_who_reaps_first_sees_the_write_every_time():
    assert trials(20, wait="wait", writer="child").counts["the write"] == 20


@pytest.mark.parametrize("settings", [{"memory": "private"}, {"memory": "bytearray"}, {"made": "after"}], ids=str)
@pytest.mark.parametrize("writer", ["parent", "child"])
def test_where_nothing_is_shared_every_reader_sees_zeros(settings, writer):
    assert trials(10, wait="pipe", writer=writer, **settings).counts["zeros"] == 10


def test_without_any_wait_every_trial_has_an_outcome():
    done = trials(200)

    assert len(done) == sum(done.counts.values()) == 200


def test_each_length_of_sleep_is_tried_as_often_and_counted_for_itself():
    done = trials(10, wait="sleep", seconds=[0.02, 0.0])

    assert list(done.by_seconds) == [0.0, 0.02]
    assert [sum(counts.values()) for counts in done.by_seconds.values()] == [10, 10]
    assert [seconds for seconds, _ in done.seen[:4]] == [0.02, 0.0, 0.02, 0.0]


def test_a_reader_that_does_not_sleep_and_a_slow_write_make_every_outcome_possible():
    seen = {outcome for _ in range(40) for _, outcome in trials(5, 64 << 20 >> 4, writer="child").seen}

    assert seen & set(NEVER)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"count": 0}, "count must be a whole number from 1 to 100000, got 0"),
        ({"size": 0}, "size must be at least 1 byte, got 0"),
        ({"seconds": 1}, "seconds is the length of a sleep, so it needs wait='sleep', got wait='none'"),
        ({"wait": "sleep", "seconds": []}, "seconds must be a number or several numbers, got none"),
        ({"wait": "sleep", "seconds": -1}, "seconds must be a number from 0 to less than the timeout of 60, got -1"),
        ({"wait": "sleep", "seconds": 1}, "100 trials must sleep for less than the timeout of 60 s, got 100 s"),
    ],
    ids=str,
)
def test_wrong_input_is_refused_in_one_sentence(settings, words):
    with pytest.raises(ValueError, match=words):
        trials(**settings)


def test_trials_that_do_not_end_in_time_are_stopped_and_say_so():
    with pytest.raises(RunTimeout, match=r"^trials\(100000, 100, 'a'\) was stopped after 0.3 s: parent had not ended"):
        trials(100_000, timeout=0.3)


def test_a_trial_whose_child_is_lost_is_an_error_and_no_outcome(monkeypatch):
    lesson = {"size": 1 << 70, "fill": 97, "wait": "none", "seconds": 0.0, "memory": "shared", "made": "before"}
    monkeypatch.setattr("shmlesson.api.trials.check_settings", lambda *given: lesson | {"writer": "parent"})

    with pytest.raises(ProcessLost, match=r"lost a process: parent exited with 1 \(OverflowError"):
        trials(1)


def test_progress_is_shown_trial_by_trial():
    shown = []

    def progress(steps, label):
        for step in steps:
            shown.append((label, step))
            yield step

    trials(30, progress=progress)

    assert shown == [("trial", number) for number in range(30)]


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1]), st.sampled_from(OUTCOMES))))
def test_the_table_adds_up(seen):
    done = Trials("trials()", tuple(seen))

    numbers = [word for line in str(done).splitlines()[2:] for word in line.split()[2:]]
    assert sum(map(int, numbers)) == len(seen) == sum(done.counts.values())


@pytest.mark.parametrize("wait", ["pipe", "semaphore"])
@pytest.mark.parametrize("writer", ["parent", "child"])
def test_trials_leave_no_descriptor_open_in_their_parent(wait, writer):
    said = answer(f"""
import os
from shmlesson.forkserver.reporter import Reporter
from shmlesson.forkserver.experiments.trials import trials
me, lesson = Reporter("parent", os.open(os.devnull, os.O_WRONLY)), dict(size=1, fill=97, memory="shared", made="before")
before = os.listdir("/dev/fd")
trials(me, count=100, seconds=[0.0], wait={wait!r}, writer={writer!r}, **lesson)
print(os.listdir("/dev/fd") == before)
""")

    assert said == "True\n"


def test_what_was_seen_so_far_is_reported_as_it_comes():
    told = []

    done = trials(3, wait="sleep", seconds=[0.06, 0.0], watch=told.append)

    assert told[-1] == done
    assert sorted(map(len, told)) == list(map(len, told))
    assert all(done.seen[: len(part)] == part.seen for part in told)
    assert len(told) > 3


def test_an_error_in_who_watches_ends_the_trials_and_the_next_ones_work():
    def give_up(so_far):
        raise StopAsyncIteration(len(so_far))

    with pytest.raises(StopAsyncIteration):
        trials(100_000, watch=give_up)

    assert len(trials(1)) == 1
