"""The clean process and what runs in it: small, tidy, and every act of a program on record."""

import os
import sys
import time
from pathlib import Path
from signal import SIGKILL

import psutil
import pytest

from kernels import ROOT, answer
from left_behind import still_alive
from misdeeds import BOMB, LATE, STUBBORN
from shmlesson import program, share
from shmlesson.client import server
from shmlesson.client.server import SERVER
from shmlesson.views.text import sentences

HEAVY = [
    "typing",
    "IPython",
    "ipywidgets",
    "numpy",
    "psutil",
    "dataclasses",
    "multiprocessing",
    "threading",
    "subprocess",
    "ctypes",
]

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def told(run, *kinds):
    """The events of these kinds, as the story tells them: who, and the details."""
    return [(event.process, dict(event.detail)) for event in run.story if event.kind in kinds]


def shown(source, **settings):
    """What the program's parent prints."""
    return program(source, **settings).parent.printed


@pytest.mark.parametrize("module", HEAVY)
def test_the_server_starts_without(module):
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import shmlesson.forkserver.__main__; print(*sys.modules)"

    loaded = answer(script, "-I", "-S").split()

    assert module not in loaded
    assert "shmlesson.forkserver.tree" in loaded


@on_linux
def test_the_server_has_one_thread_and_so_has_a_program():
    source = "import os\nprint(len(os.listdir('/proc/self/task')), len(os.listdir(f'/proc/{os.getppid()}/task')))"

    assert shown(source) == "1 1\n"


def test_a_program_makes_any_number_of_callbacks_beside_files_of_its_own():
    """Newer versions of libffi map a file that they keep open again for every few hundred."""
    source = (
        "import ctypes, tempfile\nfile = tempfile.TemporaryFile(); file.write(bytes(1 << 20)); file.flush()\n"
        "one = ctypes.CFUNCTYPE(ctypes.c_int)\nmade = [one(lambda: 1) for _ in range(3000)]\n"
        "print(file.fileno(), sum(call() for call in made))"
    )

    assert shown(source) == "3 3000\n"


def memory_for(run):
    """Bytes that are resident after it: of the server, and of the process that it has forked ahead of the next run."""
    while SERVER._started.leader == run.parent.pid:
        SERVER._started.receive(time.monotonic() + 30)
    return [psutil.Process(pid).memory_info().rss for pid in (SERVER.pid, SERVER._started.leader)]


def test_what_a_program_needs_is_imported_while_nobody_waits_and_not_by_the_server():
    """By the process that is there for the next run: the server is forked for each run, and so stays small."""
    server, small = memory_for(share(1))
    some = 1 << 19

    after, large = memory_for(run := program("pass"))
    deadline = time.monotonic() + 5
    while large < small + some and time.monotonic() < deadline:
        after, large = memory_for(run)

    assert large >= small + some
    assert after < server + some


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "import os\nprint(sorted(fd for fd in range(205) if os.path.exists(f'/dev/fd/{fd}')))",
            "[0, 1, 2, 200, 202]\n",  # and beyond 204 what a library keeps: libffi, in newer versions, one
        ),
        ("import os\nprint(os.getsid(0) == os.getpgid(0) == os.getpid())", "True\n"),
        ("import os\nprint(os.read(0, 1))", "b''\n"),
        (
            "import signal\nprint(signal.getsignal(signal.SIGCHLD) is signal.SIG_DFL, signal.set_wakeup_fd(-1))",
            "True -1\n",
        ),
        ("import signal\nprint(signal.getsignal(signal.SIGINT) is signal.default_int_handler)", "True\n"),
        ("import os\nprint(os.get_inheritable(200))", "False\n"),
        ("import gc\nprint(gc.isenabled())", "True\n"),
    ],
    ids=["descriptors", "session", "input", "children's signal", "interrupt", "report pipe", "collector"],
)
def test_a_program_starts_as_from_a_shell(source, expected):
    assert shown(source) == expected


def test_children_are_numbered_in_the_order_of_their_forks_and_grandchildren_below_them():
    source = """\
import os
for _ in range(2):
    if os.fork() == 0:
        if os.fork() == 0:
            os._exit(0)
        os.wait()
        os._exit(0)
    os.wait()
"""

    run = program(source)

    names = ["parent", "child 1", "child 1.1", "child 2", "child 2.1"]
    assert [process.name for process in run.processes] == names
    assert [(who, detail["child"]) for who, detail in told(run, "forks")] == [
        ("parent", "child 1"),
        ("child 1", "child 1.1"),
        ("parent", "child 2"),
        ("child 2", "child 2.1"),
    ]
    assert run["child 2.1"].ppid == run["child 2"].pid


def test_each_fork_is_reported_by_both_processes_with_what_it_returned():
    run = program("import os\nif os.fork():\n    os.wait()")

    assert told(run, "forks") == [("parent", {"child": "child 1", "returned": run.child.pid, "line": 2})]
    assert told(run, "born")[1] == ("child 1", {"ppid": run.parent.pid, "returned": 0, "line": 2})


def test_ten_children_are_ten_processes():
    run = program(
        "import os\nfor _ in range(10):\n    if os.fork() == 0:\n        os._exit(_)\nfor _ in range(10): os.wait()"
    )

    assert [child.exit_code for child in run.children] == list(range(10))


@pytest.mark.parametrize(
    ("wait", "count"),
    [
        ("os.wait()", 1),
        ("os.waitpid(pid, 0)", 1),
        ("os.wait3(0)", 1),
        ("os.wait4(pid, 0)", 1),
        ("os.wait(); os.fork() or os._exit(9); os.wait()", 2),
    ],
)
def test_each_way_to_reap_is_on_record(wait, count):
    run = program(f"import os\npid = os.fork() or os._exit(9)\n{wait}")

    assert [(who, detail["child"], detail["ended"]) for who, detail in told(run, "reaps")] == [
        ("parent", f"child {number}", 9) for number in range(1, count + 1)
    ]


def test_a_look_for_a_child_that_has_not_ended_reaps_nothing():
    source = """\
import os
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.read(r, 1)
    os._exit(0)
print(os.waitpid(pid, os.WNOHANG))
os.write(w, b".")
os.wait()
"""

    run = program(source)

    assert run.parent.printed == "(0, 0)\n"
    assert len(told(run, "reaps")) == 1


def test_a_child_that_a_signal_ended_is_reaped_with_the_signal():
    run = program("import os\nif os.fork() == 0:\n    os.kill(os.getpid(), 9)\nprint(os.wait()[1])")

    assert told(run, "reaps")[0][1]["ended"] == -SIGKILL
    assert run.parent.printed == "9\n"


def test_a_program_that_a_process_started_has_no_role():
    run = program("import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'pass'])")

    assert [process.name for process in run.processes] == ["parent"]
    assert [detail["child"] for _, detail in told(run, "reaps")] == ["a process it started"]


@pytest.mark.parametrize("seconds", [0, 0.01])
def test_a_sleep_is_on_record(seconds):
    run = program(f"import time\ntime.sleep({seconds})")

    assert told(run, "sleeps") == [("parent", {"seconds": seconds, "line": 2})]


@pytest.mark.parametrize("call", ["time.sleep('1')", "time.sleep(-1)", "time.sleep()"])
def test_a_wrong_sleep_is_the_error_that_python_gives(call):
    kind = "ValueError" if "-1" in call else "TypeError"

    assert f"\n{kind}: " in shown(f"import time\n{call}")


def test_an_anonymous_block_is_on_record_and_a_mapped_file_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_bytes(b"x" * 10)
    source = "import mmap\nwith open('file', 'r+b') as file: mmap.mmap(file.fileno(), 10)\nmmap.mmap(-1, 100)"

    block = {"size": 100, "memory": "shared", "block": "block 1", "line": 3}
    file = {"size": 10, "memory": "file", "block": "mapped file 1", "line": 2}
    assert told(program(source), "maps") == [("parent", file), ("parent", block)]


def test_text_that_was_not_flushed_is_lost_by_os_exit_and_doubled_by_a_fork_as_in_any_program():
    run = program("import os\nprint('twice', end=' ')\nif os.fork() == 0:\n    os._exit(0)\nos.wait()\nprint()")

    assert (run.child.printed, run.parent.printed) == ("", "twice \n")


def test_what_is_printed_with_flush_comes_in_the_order_of_the_prints():
    source = """\
import os
r, w = os.pipe()
back, there = os.pipe()
pid = os.fork()
for number in range(50):
    if pid:
        print("p", flush=True)
        os.write(w, b".")
        os.read(back, 1)
    else:
        os.read(r, 1)
        print("c", flush=True)
        os.write(there, b".")
pid and os.wait()
"""

    run = program(source)

    assert "".join(event.detail["text"][0] for event in run.events if event.kind == "prints") == "pc" * 50


def test_standard_error_is_kept_apart_from_standard_output():
    run = program("import sys\nprint('out')\nprint('err', file=sys.stderr)")

    assert told(run, "prints") == [
        ("parent", {"text": "out\n", "stream": "stdout", "line": 2}),
        ("parent", {"text": "err\n", "stream": "stderr", "line": 3}),
    ]


def test_a_long_text_of_two_processes_at_once_arrives_whole_from_each():
    source = """\
import os
pid = os.fork()
for _ in range(20):
    print(("p" if pid else "c") * 9999)
pid and os.wait()
"""

    run = program(source)

    assert run.parent.printed == ("p" * 9999 + "\n") * 20
    assert run.child.printed == ("c" * 9999 + "\n") * 20


def test_a_program_that_closes_the_report_pipe_goes_on_and_ends_as_alone():
    source = (
        "import os\nprint('before')\nos.close(200)\nprint('after')\npid = os.fork()\npid and os.wait()\nos._exit(6)"
    )

    run = program(source)

    assert (run.parent.exit_code, run.parent.printed, run.stray) == (6, "before\n", "after\n")


@pytest.mark.parametrize("close", ["", "os.closerange(3, 1000)"], ids=["open", "closed"])
def test_a_run_lasts_until_its_last_process_has_ended(tmp_path, monkeypatch, close):
    monkeypatch.chdir(tmp_path)
    source = f"""\
import os
r, w = os.pipe()
if os.fork() == 0:
    os.dup2(r, 0)
    os.close(w)
    {close or "pass"}
    os.read(0, 1)  # comes to its end when the parent does
    open("late", "w").close()
    os._exit(0)
"""

    program(source)

    assert (tmp_path / "late").exists()


@pytest.fixture
def no_subreaper(monkeypatch):
    """A server as on macOS: orphans of a run become children of process 1."""
    patch = "import shmlesson.forkserver.tree as tree; tree._call_prctl = None; "
    monkeypatch.setattr(server, "_START", server._START.replace("main()", patch + "main()"))


@pytest.mark.usefixtures("no_subreaper")
class TestWithoutASubreaper:
    def test_a_run_comes_back(self):
        run = share()

        assert (run.child.saw.is_zero, run.child.exit_code, run.parent.exit_code) == (False, 0, 0)

    def test_an_orphan_is_waited_for(self):
        run = program(LATE)

        assert (run.child.printed, run.child.exit_code) == ("late\n", 0)

    @pytest.mark.parametrize("parent", ["os._exit(0)", "time.sleep(60)"], ids=["orphan", "child"])
    def test_a_process_is_ended_at_the_deadline(self, parent):
        run = program(f"import os, time\nif os.fork():\n    {parent}\ntime.sleep(60)", timeout=2)

        assert run.child.stopped
        assert still_alive([process.pid for process in run.processes]) == []


def test_the_server_lives_in_the_root_folder_and_not_in_the_notebooks():
    share()

    if Path("/proc/self/cwd").exists():
        assert os.readlink(f"/proc/{SERVER.pid}/cwd") == "/"


def test_signals_sent_to_its_own_group_end_the_run_and_not_the_server():
    run = program("import os, signal\nos.fork()\nos.killpg(0, signal.SIGKILL)")

    assert run.parent.signal == SIGKILL
    assert share().parent.ppid == SERVER.pid


@pytest.mark.parametrize("source", [BOMB, STUBBORN], ids=["bomb", "stubborn"])
def test_a_fork_loop_is_stopped_at_the_limit_of_processes_and_the_run_says_so(source):
    run = program(source, processes=20, watch=lambda event: None)

    assert (run.stopped_at, run.stopped_after) == (20, None)
    assert len(run.processes) <= 20
    assert "The run was stopped at its limit of 20 processes." in sentences.story(run)


def test_a_fork_beyond_the_limit_fails_as_it_would_at_the_systems_own():
    run = program("import os, pty\nif os.fork():\n    os.wait()\n    pty.fork()", processes=2)

    assert run.parent.printed.splitlines()[-1].startswith("BlockingIOError: [Errno 11] this run may have 2 processes")
    assert run.parent.exit_code == 1


def test_as_many_processes_as_allowed_may_be_forked():
    run = program("import os\nfor _ in range(99):\n    if os.fork() == 0:\n        os._exit(0)", processes=100)

    assert len(run.processes) == 100
    assert {process.exit_code for process in run.processes} == {0}


@pytest.mark.parametrize(
    ("processes", "error"), [(0, ValueError), (10_001, ValueError), (True, TypeError), ("9", TypeError)]
)
def test_a_limit_that_is_none_is_refused_before_anything_is_started(processes, error):
    with pytest.raises(error, match=r"^processes must be a whole number from 1 to 10000, got "):
        program("pass", processes=processes)

    assert SERVER.pid is None
