"""What a test leaves behind is found; the fork server at rest, which serves the next test, is not taken for that."""

import os
import signal
import subprocess
import sys

import pytest

import left_behind
from left_behind import Before
from shmlesson import share
from shmlesson.client.server import SERVER

# A process that is told from others as soon as it is there: while one becomes another program it has no environment.
ORPHAN = "import os, signal\npid = os.fork()\nif pid:\n    print(pid)\nelse:\n    os.close(1)\n    signal.pause()"


def found(before):
    """What is new: children, orphans, descriptors."""
    children = [process.pid for process in before.children_since()]
    return children, before.orphans_since(seconds=0), before.descriptors_since()


def test_a_server_at_rest_is_no_finding_whether_it_is_new_or_has_run_something_since():
    new = Before()
    share()
    old = Before()
    share()

    assert found(new) == found(old) == ([], [], set())


def test_a_server_that_was_there_and_does_not_end_is_found():
    share()
    before, started = Before(), SERVER._started
    pipes = {started.requests.fileno(), started.replies.fileno()}
    server, leader = sorted(left_behind.server_pids())
    SERVER._started = None

    try:
        assert {server, leader} <= {*found(before)[0]}
        assert found(before)[2] == pipes
    finally:
        SERVER._started = started


@pytest.mark.parametrize("ends", [True, False], ids=["unreaped", "alive"])
def test_a_child_is_found(ends):
    before = Before()
    with subprocess.Popen(["true" if ends else "sleep", "60"]) as child:
        if ends:
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

        assert found(before)[0] == [child.pid]
        child.kill()


def test_an_orphan_is_found_and_one_that_was_there_before_is_not_found_again():
    before = Before()
    orphan = int(subprocess.check_output([sys.executable, "-c", ORPHAN]))

    try:
        assert found(before) == ([], [orphan], set())
        assert found(Before()) == ([], [], set())
        assert left_behind.orphans() == [orphan]
    finally:
        os.kill(orphan, signal.SIGKILL)


def test_a_process_below_the_server_is_found_unless_it_is_the_one_for_the_next_run(monkeypatch):
    before = Before()
    share()
    ready = left_behind.server_pids() - {SERVER.pid}
    monkeypatch.setattr(left_behind, "server_pids", lambda: {SERVER.pid})

    assert {*found(before)[0]} == ready != set()


def test_a_descriptor_is_found():
    before = Before()
    read_end, write_end = os.pipe()

    assert found(before)[2] == {read_end, write_end}
    os.close(read_end)
    os.close(write_end)


def test_the_mark_is_that_of_the_process_that_runs_the_tests():
    assert int(subprocess.check_output(["printenv", left_behind.MARK])) == os.getpid()
