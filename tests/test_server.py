"""The server as the kernel sees it: there when needed, replaced when lost, and never leaving a process behind."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from kernels import answer, next_line, running
from left_behind import still_alive
from shmlesson import program, server, share
from shmlesson.errors import RunTimeout, ServerLost
from shmlesson.server import SERVER

DEADLINE = 20  # seconds that a thread or a process of these tests may take
ENDLESS = """\
import os, time
pid = os.fork()
print(os.getpid(), end=" ")
print(end="", flush=True)
while True: time.sleep(60)
"""

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets one process limit another")


class Pids:
    """Watches a run: collects the process IDs that it prints, and acts once there are ``count`` of them."""

    def __init__(self, count, act):
        self.count, self.act, self.seen = count, act, []

    def __call__(self, event):
        if event.kind == "prints":
            self.seen.append(int(event.detail["text"]))
            if len(self.seen) == self.count:
                self.act()


def interrupt():
    raise KeyboardInterrupt


def kill_server():
    os.kill(SERVER.pid, signal.SIGKILL)


def test_the_server_starts_with_the_first_run_and_stays_for_the_next():
    before = SERVER.pid

    share()
    first = SERVER.pid
    share()

    assert (before, SERVER.pid) == (None, first)
    assert psutil.Process(first).ppid() == os.getpid()


def test_a_server_that_is_stopped_is_gone_and_the_next_run_has_another():
    share()
    first = SERVER.pid

    SERVER.stop()

    assert SERVER.pid is None
    assert not psutil.pid_exists(first)
    assert share().parent.ppid == SERVER.pid != first


def test_stopping_a_server_that_never_was_does_nothing():
    SERVER.stop()
    SERVER.stop()

    assert SERVER.pid is None


def after_a_run():
    """The server's children and its number of descriptors, once it is ready for the next run."""
    done = share().parent.pid
    while SERVER._started.leader == done:
        SERVER._started.receive(time.monotonic() + 30)
    server = psutil.Process(SERVER.pid)
    return len(server.children(recursive=True)), server.num_fds()


def test_between_runs_the_server_holds_the_parent_of_the_next_run_and_nothing_more():
    first = after_a_run()

    later = [after_a_run() for _ in range(5)]

    assert first[0] == 1
    assert later == [first] * 5


def kill_the_one_that_waits():
    """Kill the process that was forked ahead, and wait until it is dead."""
    handle = os.pidfd_open(SERVER._started.leader)
    os.kill(SERVER._started.leader, signal.SIGKILL)
    assert select.select([handle], [], [], 30)[0]
    os.close(handle)


@on_linux
def test_a_waiting_parent_that_is_killed_is_replaced():
    after_a_run()
    kill_the_one_that_waits()

    assert str(share().child.saw) == "100 x 61 'a'"


def test_the_server_is_in_a_session_of_its_own_which_an_interrupt_of_the_kernels_group_does_not_reach():
    share()

    assert os.getsid(SERVER.pid) == SERVER.pid != os.getsid(0)


@pytest.mark.parametrize(
    ("act", "error"), [(interrupt, KeyboardInterrupt), (lambda: 1 / 0, ZeroDivisionError), (sys.exit, SystemExit)]
)
def test_an_interrupt_during_a_run_ends_it_with_all_its_processes(act, error):
    watch = Pids(2, act)

    with pytest.raises(error):
        program(ENDLESS, watch=watch)

    assert still_alive(watch.seen) == []
    assert share().child.exit_code == 0


def test_an_interrupt_does_not_wait_for_anything(monkeypatch):
    monkeypatch.setattr(server, "_GRACE", 600.0)
    start = time.monotonic()

    with pytest.raises(KeyboardInterrupt):
        program(ENDLESS, timeout=600, watch=Pids(2, interrupt))

    assert time.monotonic() - start < 120  # far from either


def test_a_real_interrupt_of_the_notebook_is_a_keyboard_interrupt_there_and_the_next_run_works():
    script = f"""
from shmlesson import program, share
from shmlesson.server import SERVER
def watch(event):
    if event.kind == "prints":
        print(event.detail["text"])
try:
    program({ENDLESS!r}, timeout=60, watch=watch)
except KeyboardInterrupt:
    print("interrupted")
print(share(100, "a").child.saw)
SERVER.stop()
"""

    with running(script) as kernel:
        pids = [int(next_line(kernel)) for _ in range(2)]
        os.killpg(kernel.pid, signal.SIGINT)
        said = [next_line(kernel) for _ in range(2)]

    assert said == ["interrupted", "100 x 61 'a'"]
    assert still_alive(pids) == []


def test_a_kernel_that_is_killed_leaves_neither_server_nor_run_behind():
    script = f"""
from shmlesson import program
from shmlesson.server import SERVER
def watch(event):
    if event.kind == "prints":
        print(SERVER.pid, event.detail["text"])
program({ENDLESS!r}, timeout=600, watch=watch)
"""

    with running(script) as kernel:
        pids = {int(pid) for _ in range(2) for pid in next_line(kernel).split()}
        kernel.kill()

        assert len(pids) == 3
        assert still_alive(pids, DEADLINE) == []


def test_a_kernel_that_ends_takes_its_server_along():
    pid = answer("from shmlesson import share\nfrom shmlesson.server import SERVER\nshare()\nprint(SERVER.pid)")

    assert still_alive([int(pid)]) == []


def test_a_server_that_was_killed_between_two_runs_is_replaced():
    share()
    lost = SERVER.pid
    kill_server()
    psutil.Process(lost).wait(DEADLINE)

    run = share()

    assert run.child.exit_code == 0
    assert SERVER.pid not in (None, lost)


def test_a_server_that_is_killed_during_a_run_is_an_error_with_what_was_known_and_no_process_is_left():
    watch = Pids(2, kill_server)

    with pytest.raises(ServerLost) as caught:
        program(ENDLESS, watch=watch)

    assert str(caught.value).startswith("program.py got no answer: the fork server ended")
    assert sorted(int(process.printed) for process in caught.value.run.processes) == sorted(watch.seen)
    assert still_alive(watch.seen) == []
    assert share().child.exit_code == 0


@pytest.mark.parametrize(("line", "reason"), [("junk\n", "a message is no JSON object: 'junk'"), ("{", "cut short")])
def test_a_report_that_is_none_is_an_error_that_says_so(line, reason):
    with pytest.raises(ServerLost, match=r"^program\.py had a broken report: ") as caught:
        program(f"import os\nos.write(200, {line.encode()})\nos.abort()")

    assert reason in str(caught.value)
    assert share().child.exit_code == 0


def test_a_server_that_does_not_answer_is_ended_at_the_deadline(monkeypatch):
    monkeypatch.setattr(server, "_GRACE", 0.3)
    share()
    silent = SERVER.pid
    os.kill(silent, signal.SIGSTOP)

    with pytest.raises(ServerLost, match="did not answer in time"):
        share(timeout=0.1)

    assert not psutil.pid_exists(silent)
    monkeypatch.undo()
    assert share().child.exit_code == 0


@on_linux
def test_a_server_that_cannot_fork_says_why():
    import resource

    after_a_run()
    resource.prlimit(SERVER.pid, resource.RLIMIT_NOFILE, (5, 5))
    kill_the_one_that_waits()

    with pytest.raises(ServerLost, match=r"could not start: \[Errno 24\] Too many open files"):
        share()


def test_two_threads_at_once_both_get_their_own_result():
    with ThreadPoolExecutor(2) as threads:
        runs = list(threads.map(share, [100, 200] * 10, ["a", "b"] * 10, timeout=DEADLINE))

    assert [str(run.child.saw) for run in runs] == ["100 x 61 'a'", "200 x 62 'b'"] * 10


def test_who_waits_too_long_for_another_threads_run_is_told_so(monkeypatch):
    monkeypatch.setattr(server, "_GRACE", 0.1)
    going, release = threading.Event(), threading.Event()

    def hold(event):
        going.set()
        release.wait(DEADLINE)

    with ThreadPoolExecutor(1) as threads:
        held = threads.submit(program, "pass", watch=hold)
        assert going.wait(DEADLINE)
        with pytest.raises(RunTimeout, match=r"did not start: another run was still going after 0.2 s"):
            share(timeout=0.1)
        release.set()

    assert held.result(DEADLINE).parent.exit_code == 0


def test_a_copy_of_the_kernel_leaves_the_server_to_the_original():
    said = answer("""
import os
from shmlesson import share
from shmlesson.server import SERVER
share()
server = SERVER.pid
pid = os.fork()
if pid == 0:
    print(SERVER.pid, share().child.saw, SERVER.pid != server, flush=True)
    SERVER.stop()
    os._exit(0)
os.waitpid(pid, 0)
print(share().parent.ppid == SERVER.pid == server)
""")

    assert said == "None 100 x 61 'a' True\nTrue\n"


def test_the_notebooks_folder_may_be_deleted_while_the_server_lives(tmp_path, monkeypatch):
    folder = tmp_path / "lesson"
    folder.mkdir()
    monkeypatch.chdir(folder)
    share()
    monkeypatch.chdir(tmp_path)

    folder.rmdir()

    assert share().child.exit_code == 0


DAEMON = """\
import os, time
if os.fork() == 0:
    os.setsid()
print(os.getpid(), end=" ", flush=True)
while True: time.sleep(60)
"""


def test_a_daemon_does_not_outlive_a_server_that_is_killed_during_a_run():
    watch = Pids(2, kill_server)

    with pytest.raises(ServerLost):
        program(DAEMON, watch=watch)

    assert still_alive(watch.seen) == []


def test_a_server_that_is_stopped_costs_one_grace_and_not_two(monkeypatch):
    """It has let a deadline pass, and so is not waited for when it is ended."""
    waited, wait = [], subprocess.Popen.wait
    monkeypatch.setattr(
        subprocess.Popen, "wait", lambda process, seconds=None: waited.append(seconds) or wait(process, seconds)
    )
    share()
    monkeypatch.setattr(server, "_GRACE", 1.0)
    os.kill(SERVER.pid, signal.SIGSTOP)

    with pytest.raises(ServerLost):
        share(timeout=0.1)

    assert waited == [0, None]


def test_a_programs_text_does_not_stay_on_the_disk_when_the_server_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    watch = Pids(2, kill_server)

    with pytest.raises(ServerLost):
        program(ENDLESS, watch=watch)

    assert list(tmp_path.iterdir()) == []
