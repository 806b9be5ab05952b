"""The lesson: ``share`` is one run of it, wrong input is refused in time, and a run that fails says why."""

import json
import math
import os
from fractions import Fraction

import numpy as np
import pytest

from kernels import answer
from left_behind import still_alive
from shmlesson import compare, program, share
from shmlesson.client import experiment as run
from shmlesson.client import settings
from shmlesson.client.server import SERVER
from shmlesson.errors import ForkUnavailable, ProcessLost, RunTimeout, ShmlessonError
from shmlesson.memory import available
from shmlesson.memory.contents import Contents
from shmlesson.views.text.sentences import account
from stories import report, run_of

SIZE = "size must be a whole number of bytes (an int), got "
FILL = "fill must be one ASCII character or an int from 0 to 255, got "
TIMEOUT = "timeout must be a number of seconds greater than 0 and at most 1000000, got "
SECONDS = "seconds must be a number from 0 to less than the timeout of 10"
WAIT = "wait must be one of 'none', 'sleep', 'wait', 'pipe', 'semaphore', got "
MEMORY = "memory must be one of 'shared', 'private', 'bytearray', got "


# the lesson


def test_the_names_that_stay_put():
    run = share(size=100, fill="a")

    assert (run.parent.returned, run.child.returned) == (run.child.pid, 0)
    assert (run.child.ppid, run.parent.ppid) == (run.parent.pid, SERVER.pid)
    assert (str(run.child.saw), len(run.child.saw), run.child.saw.runs) == ("100 x 61 'a'", 100, ((0, 100, 97),))
    assert (run.parent.saw.is_zero, run.child.saw.is_zero) == (True, False)
    assert (run.child.exit_code, run.child.signal, run.parent.exit_code) == (0, None, 0)
    assert {(type(e.process), type(e.kind), type(e.time)) for e in run.events} == {(str, str, int)}


def test_nothing_said_means_100_bytes_of_a():
    assert account(share()) == account(share(100, 97)) == account(share(np.int64(100), "a"))


def test_no_process_of_a_run_is_the_notebook():
    run = share()

    assert os.getpid() not in {process.pid for process in run.processes}


@pytest.mark.parametrize("made", settings.MADE)
@pytest.mark.parametrize("memory", ["shared", "private", "bytearray"])
@pytest.mark.parametrize(
    ("wait", "writer"),
    [("pipe", "parent"), ("pipe", "child"), ("semaphore", "parent"), ("semaphore", "child"), ("wait", "child")],
)
def test_only_a_shared_block_made_before_the_fork_is_the_same_block(wait, writer, memory, made):
    run = share(100, "a", wait=wait, memory=memory, made=made, writer=writer)

    reader = run.child if writer == "parent" else run.parent
    same = memory == "shared" and made == "before"
    assert reader.saw == Contents.uniform(100, 97 if same else 0)
    assert (reader.wrote, getattr(run, writer).wrote) == (None, Contents.uniform(100, 97))


@pytest.mark.parametrize("writer", settings.WRITERS)
def test_after_a_long_enough_sleep_the_reader_sees_what_was_written(writer):
    run = share(100, "a", wait="sleep", seconds=0.3, writer=writer)

    reader = run.child if writer == "parent" else run.parent
    sleeps = [event for event in run.events if event.kind == "sleeps"]
    assert reader.saw == Contents.uniform(100, 97)
    assert [(event.process, event.detail) for event in sleeps] == [(reader.name, {"seconds": 0.3})]


def test_without_waiting_the_reader_sees_what_is_there_at_that_moment():
    runs = [share(100, "a", wait="none") for _ in range(10)]

    assert {byte for run in runs for _, _, byte in run.child.saw.runs} <= {0, 97}
    assert all(run.child.exit_code == 0 for run in runs)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"wait": "semaphore"},
        {"writer": "child"},
        {"writer": "child", "wait": "wait"},
        {"made": "after"},
        {"made": "after", "writer": "child", "memory": "bytearray"},
    ],
    ids=str,
)
def test_the_story_of_the_same_call_is_the_same_twenty_times_over(settings):
    stories = {account(share(100, "a", **settings)) for _ in range(20)}

    assert len(stories) == 1


def test_the_times_are_of_one_clock_so_that_cause_comes_before_effect():
    events = {(event.process, event.kind): event.time for event in share().events}

    assert (
        events["parent", "forks"] < events["parent", "writes"] < events["child 1", "reads"] < events["parent", "reaps"]
    )


@pytest.mark.parametrize("size", [1, 4095, 4096, 4097, 1 << 20, (64 << 20) + 1])
@pytest.mark.parametrize("fill", ["z", 0, 255])
def test_every_byte_of_every_size_arrives(size, fill):
    run = share(size, fill)

    assert run.child.saw == run.parent.wrote
    assert len(run.child.saw) == size


@pytest.mark.parametrize(
    ("given", "call"),
    [
        ({}, "share(100, 'a')"),
        ({"size": 5, "fill": 0}, "share(5, 0)"),
        ({"fill": "'"}, 'share(100, "\'")'),
        ({"wait": "sleep"}, "share(100, 'a', wait='sleep', seconds=0.1)"),
        ({"memory": "private", "made": "after", "writer": "child", "wait": "wait"}, None),
    ],
)
def test_the_call_is_what_one_would_type_to_have_it_again(given, call):
    run = share(**given)

    assert run.call == (call or "share(100, 'a', wait='wait', memory='private', made='after', writer='child')")
    assert eval(run.call).call == run.call


# wrong input


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"size": 0}, ValueError, "size must be at least 1 byte, got 0"),
        ({"size": -5}, ValueError, "size must be at least 1 byte, got -5"),
        ({"size": True}, TypeError, SIZE + "True"),
        ({"size": 1.5}, TypeError, SIZE + "1.5"),
        ({"size": "100"}, TypeError, SIZE + "'100'"),
        ({"fill": ""}, ValueError, FILL + "''"),
        ({"fill": "ab"}, ValueError, FILL + "'ab'"),
        ({"fill": "é"}, ValueError, FILL + "'é'"),
        ({"fill": 256}, ValueError, FILL + "256"),
        ({"fill": -1}, ValueError, FILL + "-1"),
        ({"fill": None}, TypeError, FILL + "None"),
        ({"fill": b""}, TypeError, FILL + "b''"),
        ({"wait": "long"}, ValueError, WAIT + "'long'"),
        ({"wait": None}, TypeError, WAIT + "None"),
        ({"memory": "ram"}, ValueError, MEMORY + "'ram'"),
        ({"made": "never"}, ValueError, "made must be one of 'before', 'after', got 'never'"),
        ({"writer": "both"}, ValueError, "writer must be one of 'parent', 'child', got 'both'"),
        ({"writer": 1}, TypeError, "writer must be one of 'parent', 'child', got 1"),
        ({"timeout": 0}, ValueError, TIMEOUT + "0"),
        ({"timeout": -1.5}, ValueError, TIMEOUT + "-1.5"),
        ({"timeout": math.inf}, ValueError, TIMEOUT + "inf"),
        ({"timeout": math.nan}, ValueError, TIMEOUT + "nan"),
        ({"timeout": 1_000_001}, ValueError, TIMEOUT + "1000001"),
        ({"timeout": "10"}, TypeError, TIMEOUT + "'10'"),
        ({"timeout": None}, TypeError, TIMEOUT + "None"),
        ({"timeout": True}, TypeError, TIMEOUT + "True"),
        ({"wait": "sleep", "seconds": -1}, ValueError, SECONDS + ", got -1"),
        ({"wait": "sleep", "seconds": 10}, ValueError, SECONDS + ", got 10"),
        ({"wait": "sleep", "seconds": math.nan}, ValueError, SECONDS + ", got nan"),
        ({"wait": "sleep", "seconds": "1"}, TypeError, SECONDS + ", got '1'"),
        (
            {"seconds": 1},
            ValueError,
            "seconds is the length of a sleep, so it needs wait='sleep', got wait='pipe'",
        ),
        (
            {"wait": "wait"},
            ValueError,
            "wait='wait' needs writer='child', since only a parent can wait for a child, got writer='parent'",
        ),
    ],
    ids=lambda value: json.dumps(value, default=str) if isinstance(value, dict) else None,
)
def test_wrong_input_is_one_sentence_before_anything_is_made(given, error, message):
    with pytest.raises(error) as caught:
        share(**given)

    assert str(caught.value) == message
    assert type(caught.value) is error
    assert SERVER.pid is None


@pytest.mark.parametrize(
    ("settings", "times"),
    [
        ({}, ""),
        ({"memory": "private"}, " 2 times"),
        ({"memory": "bytearray"}, " 2 times"),
        ({"made": "after"}, " 2 times"),
    ],
    ids=str,
)
def test_more_than_the_machine_can_give_is_refused_before_anything_is_made(monkeypatch, settings, times):
    monkeypatch.setattr(available, "available_memory", lambda: 1 << 30)

    with pytest.raises(ValueError, match="size must fit") as caught:
        share((1 << 30) + 1, **settings)

    room = "the memory available now, 1 GiB (1073741824 bytes)"
    assert str(caught.value) == f"size must fit{times} in {room}, got 1073741825"
    assert SERVER.pid is None


def test_a_size_that_no_machine_has_is_refused():
    with pytest.raises(ValueError, match=r"^size must fit in the memory available now, .* got 4611686018427387904$"):
        share(1 << 62)


def test_an_unknown_option_is_the_type_error_of_any_function():
    with pytest.raises(TypeError, match="unexpected keyword argument 'sleep'"):
        share(sleep=1)


@pytest.mark.parametrize("timeout", [5, 5.0, Fraction(5), np.int64(5), np.float32(5)], ids=repr)
def test_every_kind_of_number_is_a_timeout(timeout):
    assert share(timeout=timeout).child.exit_code == 0


# when it cannot give its result


def test_a_run_that_is_still_going_at_its_deadline_is_ended_and_says_who_was(monkeypatch):
    monkeypatch.setattr(settings, "_check_seconds", lambda *given: 60.0)

    with pytest.raises(RunTimeout) as caught:
        share(100, "a", wait="sleep", timeout=0.5)

    stopped = caught.value.run
    assert str(caught.value).endswith(
        " was stopped after 0.5 s: parent and child 1 had not ended (timeout= allows more)"
    )
    assert (stopped.stopped_after, stopped.parent.wrote) == (0.5, Contents.uniform(100, 97))
    assert still_alive([process.pid for process in stopped.processes]) == []


def test_a_deadline_is_a_timeout_error_to_those_who_do_not_know_this_package(monkeypatch):
    monkeypatch.setattr(settings, "_check_seconds", lambda *given: 60.0)

    with pytest.raises(TimeoutError):
        share(wait="sleep", timeout=0.1)


def test_after_a_deadline_the_next_run_works(monkeypatch):
    monkeypatch.setattr(settings, "_check_seconds", lambda *given: 60.0)
    with pytest.raises(RunTimeout):
        share(wait="sleep", timeout=0.1)

    assert str(share().child.saw) == "100 x 61 'a'"


def test_a_process_that_fails_says_why(monkeypatch):
    monkeypatch.setattr(settings, "check_size", lambda size: -5)

    with pytest.raises(ProcessLost) as caught:
        share()

    reason = "OverflowError: memory mapped length must be positive"
    assert str(caught.value) == f"share(-5, 'a') lost a process: parent exited with 1 ({reason})"
    assert caught.value.run.parent.exit_code == 1


def test_a_lost_child_is_named_before_the_parent_that_lost_it():
    born = [report(name, "born", ppid=1, returned=None) for name in ("parent", "child 1")]

    with pytest.raises(ProcessLost, match=r"^share\(\) lost a process: child 1 was ended by SIGKILL$"):
        run.complete(run_of(*born, call="share()", ended={"parent": 1, "child 1": -9}))


@pytest.mark.parametrize(
    "act", [share, lambda: program("1"), lambda: compare([100])], ids=["share", "program", "compare"]
)
def test_without_fork_one_sentence_names_wsl_and_nothing_is_started(monkeypatch, act):
    monkeypatch.delattr(os, "fork")

    with pytest.raises(ForkUnavailable) as caught:
        act()

    assert "no os.fork" in str(caught.value)
    assert "WSL" in str(caught.value)
    assert isinstance(caught.value, ShmlessonError)
    assert SERVER.pid is None


def test_the_kernel_itself_never_forks_not_even_through_a_library():
    said = answer("""
import os, sys
forks = []
sys.addaudithook(lambda event, arguments: forks.append(event) if event in ("os.fork", "os.forkpty") else None)
os.register_at_fork(before=lambda: forks.append("before"))
from shmlesson import compare, program, share
share(), program("import os; os.fork()"), compare([100], repeats=1)
print(forks)
""")

    assert said == "[]\n"
