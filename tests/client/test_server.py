"""The server as the kernel sees it: there when needed, replaced when lost, and never leaving a process behind."""

import json
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
from shmlesson import program, share
from shmlesson.client import server
from shmlesson.client.server import SERVER
from shmlesson.errors import ProcessLost, RunTimeout, ServerLost
from shmlesson.forkserver.tracer.gate import TRACKER

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
from shmlesson.client.server import SERVER
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
from shmlesson.client.server import SERVER
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
    pid = answer("from shmlesson import share\nfrom shmlesson.client.server import SERVER\nshare()\nprint(SERVER.pid)")

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

    assert str(caught.value).startswith("program.py got no answer: the fork server was ended by SIGKILL")
    assert sorted(int(process.printed) for process in caught.value.run.processes) == sorted(watch.seen)
    assert still_alive(watch.seen) == []
    assert share().child.exit_code == 0


@pytest.mark.parametrize(
    ("line", "reason"),
    [("junk\n", "a message is no JSON object: 'junk'"), ("{", "cut short"), ('{"to": 1, "done": {}}\n', "a report ")],
)
def test_a_report_that_is_none_is_an_error_that_says_so(line, reason):
    with pytest.raises(ServerLost, match=r"^program\.py had a broken report: ") as caught:
        program(f"import os\nos.write(200, {line.encode()})\nos.abort()")

    assert reason in str(caught.value)
    assert share().child.exit_code == 0


def test_a_server_that_does_not_answer_is_ended_at_the_deadline(monkeypatch):
    share()  # a server may take longer to start than it would get here
    monkeypatch.setattr(server, "_GRACE", 0.3)
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


def test_a_wait_too_long_for_another_threads_run_is_an_error_that_says_so(monkeypatch):
    share()
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
from shmlesson.client.server import SERVER
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

    assert waited == [0, server._GRACE]


def test_a_programs_text_does_not_stay_on_the_disk_when_the_server_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    watch = Pids(2, kill_server)

    with pytest.raises(ServerLost):
        program(ENDLESS, watch=watch)

    assert list(tmp_path.iterdir()) == []


# Locks, numbers and deadlines between the kernel and the server


class InterruptedLock:
    """A lock before which ``before`` is done; it is taken if ``waits``, and right after that comes an interrupt."""

    def __init__(self, lock, before, waits):
        self.lock, self.before, self.waits, self.release = lock, before, waits, lock.release

    def acquire(self, **options):
        self.before()
        if self.waits:
            self.lock.acquire(**options)
        raise KeyboardInterrupt


@pytest.mark.parametrize("taken", [True, False], ids=["right after", "before"])
def test_an_interrupt_when_a_run_takes_its_turn_keeps_no_later_run_waiting(monkeypatch, taken):
    share()
    with monkeypatch.context() as patch:
        patch.setattr(SERVER, "_lock", InterruptedLock(SERVER._lock, lambda: None, waits=taken))
        with pytest.raises(KeyboardInterrupt):
            share()

    monkeypatch.setattr(server, "_GRACE", 0.1)
    with ThreadPoolExecutor(1) as threads:
        run = threads.submit(share, timeout=DEADLINE).result(2 * DEADLINE)

    assert run.child.exit_code == 0


def test_who_waits_for_another_threads_run_can_be_interrupted_and_that_run_goes_on(monkeypatch):
    going, release = threading.Event(), threading.Event()

    def hold(event):
        going.set()
        release.wait(DEADLINE)

    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    with ThreadPoolExecutor(1) as threads:
        held = threads.submit(program, "pass", watch=hold)
        assert going.wait(DEADLINE)
        monkeypatch.setattr(SERVER, "_lock", InterruptedLock(SERVER._lock, timer.start, waits=True))
        with pytest.raises(KeyboardInterrupt):
            share(timeout=DEADLINE)
        monkeypatch.undo()
        release.set()

    timer.join()
    assert held.result(DEADLINE).parent.exit_code == 0


def test_a_run_that_is_started_by_the_watch_of_another_says_so_at_once_and_the_other_goes_on():
    said = []

    def call(event):
        if event.kind == "prints":
            with pytest.raises(RunTimeout) as caught:
                share(timeout=DEADLINE)
            said.append(str(caught.value))

    run = program("print(1)", watch=call)

    assert said == ["share(100, 'a') did not start: the run that calls it is still going"]
    assert (run.parent.exit_code, share().child.exit_code) == (0, 0)


def forge(**answer):
    """Put an answer that is not the server's where the kernel reads its answers."""
    with open(f"/proc/{SERVER.pid}/fd/1", "wb", 0) as answers:
        answers.write(json.dumps(answer).encode() + b"\n")


@on_linux
def test_a_late_answer_is_not_taken_for_the_next_calls():
    share()
    forge(to=SERVER._started.number, done={})

    assert str(share().child.saw) == "100 x 61 'a'"


@on_linux
@pytest.mark.parametrize("number", [{}, {"to": 10_000}, {"to": "2"}], ids=["none", "later", "no number"])
def test_an_answer_to_no_request_is_an_error_that_says_so(number):
    share()
    forge(**number, done={})

    with pytest.raises(ServerLost, match=r"got no answer: the fork server's answer was to another request"):
        share()

    assert share().child.exit_code == 0


LONG = f"# {'x' * 1_000_000}\n"  # far more than a pipe holds


def test_a_server_that_is_stopped_does_not_hang_a_kernel_with_a_long_request(monkeypatch):
    share()
    monkeypatch.setattr(server, "_GRACE", 0.3)
    os.kill(SERVER.pid, signal.SIGSTOP)

    with pytest.raises(ServerLost, match="did not take the request in time"):
        program(LONG, timeout=0.1)

    monkeypatch.undo()
    assert program(LONG).parent.exit_code == 0


@on_linux
def test_a_first_process_that_is_stopped_does_not_hang_the_server_with_a_long_request():
    after_a_run()
    os.kill(SERVER._started.leader, signal.SIGSTOP)

    with pytest.raises(RunTimeout, match=r"was stopped after 0.5 s, before its first process could report anything"):
        program(LONG, timeout=0.5)

    assert share().child.exit_code == 0


def test_a_kernel_that_does_not_read_keeps_no_run_alive_past_its_deadline():
    left = []

    def look_elsewhere(event):
        if event.kind == "prints" and event.detail["text"][:-1].isdigit():
            left.extend(still_alive([int(event.detail["text"])], DEADLINE))

    source = "import os\nprint(os.getpid(), flush=True)\nwhile True: print('x' * 1000)"

    run = program(source, timeout=1, watch=look_elsewhere)

    assert left == []
    assert (run.stopped_after, run.parent.stopped) == (1, True)


SIGNALS = """
import signal
from shmlesson import program, share
from shmlesson.client.server import SERVER
{act}
run = program('''import signal
print([signal.getsignal(number).name for number in (signal.SIGCHLD, signal.SIGHUP, signal.SIGTERM)])
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.pthread_sigmask(signal.SIG_BLOCK, ()))''')
print(run.parent.printed, run.stopped_after, share().child.saw)
SERVER.stop()
"""


@pytest.mark.parametrize(
    "act",
    [
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD, signal.SIGUSR1, signal.SIGINT})",
        "[signal.signal(number, signal.SIG_IGN) for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)]",
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
    ],
    ids=["blocked", "ignored", "children's ignored"],
)
def test_signals_that_the_kernels_starter_has_blocked_or_ignored_are_in_a_run_as_in_a_shell(act):
    said = answer(SIGNALS.format(act=act))

    assert said == "['SIG_DFL', 'SIG_DFL', 'SIG_DFL']\nTrue set()\n None 100 x 61 'a'\n"


def test_a_server_is_replaced_when_it_is_killed_right_before_a_request(monkeypatch):
    for act in (share, lambda: program("pass")):
        share()
        handle = os.pidfd_open(SERVER.pid)
        kill_server()
        assert select.select([handle], [], [], DEADLINE)[0]
        os.close(handle)
        monkeypatch.setattr(SERVER._started.process, "poll", lambda: None)  # it was still there a moment ago

        assert act().parent.exit_code == 0


@on_linux
def test_a_request_that_a_killed_server_has_not_read_goes_to_the_next():
    share()
    os.kill(SERVER.pid, signal.SIGSTOP)
    unread = os.open(f"/proc/{SERVER.pid}/fd/0", os.O_RDONLY)

    with ThreadPoolExecutor(1) as threads:
        run = threads.submit(program, "print('once')", timeout=DEADLINE)
        assert select.select([unread], [], [], DEADLINE)[0]
        kill_server()  # and the pipe stays open: nothing tells the kernel that nobody will read
        printed = run.result(2 * DEADLINE).parent.printed

    os.close(unread)
    assert printed == "once\n"


KILLED_WHEN_TOLD = """
import os, signal
import shmlesson.forkserver.worker as worker
next_request = worker._next_request
def killed():
    request = next_request()
    if request.experiment == "program" and len(os.listdir({folder!r})) < {times}:
        os.close(os.open({folder!r} + "/" + str(os.getpid()), os.O_CREAT))
        os.kill(os.getpid(), signal.SIGKILL)
    return request
worker._next_request = killed
"""


def test_a_run_whose_first_process_is_killed_before_it_begins_is_run_once_more(tmp_path, monkeypatch):
    patch = KILLED_WHEN_TOLD.format(folder=str(tmp_path), times=1)
    monkeypatch.setattr(server, "_START", server._START.replace("main()", f"exec({patch!r}); main()"))

    run = program("print('once')")

    assert (run.parent.printed, len(list(tmp_path.iterdir()))) == ("once\n", 1)


def test_a_run_whose_first_process_is_killed_every_time_says_by_what(tmp_path, monkeypatch):
    patch = KILLED_WHEN_TOLD.format(folder=str(tmp_path), times=9)
    monkeypatch.setattr(server, "_START", server._START.replace("main()", f"exec({patch!r}); main()"))

    with pytest.raises(ProcessLost, match=r"before that could report anything: it was ended by SIGKILL$"):
        program("print('once')")

    assert len(list(tmp_path.iterdir())) == 2


def test_a_system_that_allows_too_few_descriptors_is_named_with_its_limit_before_anything_is_started():
    said = answer("""
import resource
from shmlesson import program, share
from shmlesson.errors import ServerLost
from shmlesson.client.server import SERVER
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
for act in (share, lambda: program("pass")):
    try:
        act()
    except ServerLost as error:
        print(error, SERVER.pid)
""")

    needed = "it needs a limit of 206 open files, and 64 is the most allowed here (ulimit -n)"
    assert said == f"share(100, 'a') could not start: {needed} None\nprogram.py could not start: {needed} None\n"


def test_the_limit_that_a_run_needs_is_one_more_than_its_highest_descriptor():
    assert server._DESCRIPTORS == TRACKER + 1


NOT_TO_BE_KILLED = (
    "from shmlesson.forkserver import standing, tree; tree._kill = standing._kill = lambda *pids: None;"
    " tree._LONGEST = 0.2; "
)


@on_linux
def test_a_process_that_may_not_be_killed_holds_up_neither_its_run_nor_the_next(monkeypatch):
    monkeypatch.setattr(server, "_START", server._START.replace("main()", NOT_TO_BE_KILLED + "main()"))

    run = program("import time\ntime.sleep(60)", timeout=0.5)
    first = SERVER._started.process

    assert (run.stopped_after, run.parent.stopped) == (0.5, True)
    assert share().child.exit_code == 0
    assert SERVER._started.process is not first


STARTED = """\
import os, subprocess, sys, time
started = subprocess.Popen(["sleep", "600"], {settings})
print(os.getpid(), flush=True)
print(started.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("settings", ["start_new_session=True", "start_new_session=True, env=dict(os.environ, A='1')"])
def test_what_a_program_has_started_does_not_outlive_a_server_that_is_killed(settings):
    watch = Pids(2, kill_server)

    with pytest.raises(ServerLost):
        program(STARTED.format(settings=settings), watch=watch)

    assert still_alive(watch.seen) == []
