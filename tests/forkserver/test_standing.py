"""At the deadline each process says where it stands, whatever it is in: who waits without an end is not just slow."""

import sys

import pytest

from shmlesson import program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process waits for")

PAUSE = "import os, signal\npid = os.fork()\nif pid == 0:\n    {}signal.pause()\nos.wait()"


def stands(source, role="parent", timeout=0.5):
    """What was reported of this process at the deadline."""
    run = program(source, timeout=timeout)
    (found,) = [event.detail for event in run.events if event.kind == "stands" and event.process == role]
    assert run[role].stopped
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import signal\n\nsignal.pause()", {"state": "waits", "line": 3}),
        ("import os, select\nselect.select(os.pipe()[:1], [], [])", {"state": "waits", "line": 2}),
        ("import os, select\nselect.select(os.pipe()[:1], [], [], 60)", {"state": "goes on", "line": 2}),
        ("import time\ntime.sleep(60)", {"state": "goes on", "line": 2}),
        ("while True: pass", {"state": "goes on", "line": 1}),
        ("import _thread\nlock = _thread.allocate_lock()\nwith lock, lock: pass", {"state": "waits", "line": 3}),
        ("import _thread\nlock = _thread.allocate_lock()\nwhile True: lock.acquire(True, 0.2)", {"state": "goes on"}),
        (
            "import threading\ndef f(): threading.Event().wait()\nt = threading.Thread(target=f); t.start()\nt.join()",
            {"state": "waits", "line": 4, "call": "threading.join", "threads": [2]},
        ),
        (
            "import threading\ndef f():\n    while True: pass\nt = threading.Thread(target=f); t.start()\nt.join()",
            {"state": "partly", "line": 5, "threads": [3]},
        ),
        ("import subprocess\nsubprocess.run(['sleep', '60'])", {"state": "partly", "line": 2}),
        ("import subprocess\np = subprocess.Popen(['cat'], stdin=-1)\np.wait()", {"state": "waits", "line": 3}),
    ],
)
def test_a_process_says_in_which_line_it_is_and_whether_it_waits_without_an_end(source, expected):
    found = stands(source)

    assert {key: found.get(key) for key in expected} == expected


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("", {"state": "waits", "line": 4}),
        ("os.closerange(3, 1024); ", {"state": "waits"}),
        ("signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()); ", {"state": "waits"}),
        ("[signal.signal(n, print) for n in signal.valid_signals() - {9, 19}]; ", {"state": "waits", "line": 4}),
        ("os.setsid(); ", {"state": "waits", "line": 4}),
        (
            "[os.set_inheritable(fd, True) or os.dup2(fd, 0) for fd in os.pipe()[::-1]]; os.execvp('cat', ['cat']); ",
            {"state": "waits", "away": True},
        ),
    ],
    ids=["plainly", "with its descriptors closed", "deaf", "with all handlers", "elsewhere", "another program"],
)
def test_a_process_that_does_odd_things_ends_in_time_and_nothing_false_is_said_of_it(first, expected):
    assert stands(PAUSE.format(first), "child 1") == expected


def test_nothing_of_a_program_runs_any_more_once_it_is_asked_where_it_stands():
    run = program("import signal\nsignal.pause()\nprint('it goes on')", timeout=0.5)

    assert (run.parent.printed, run.parent.stopped) == ("", True)


def test_a_handler_of_the_signal_is_kept_as_if_it_were_set():
    source = "import signal as s\nprint(s.signal(57, print), s.signal(57, s.SIG_IGN) is print, s.getsignal(57))"

    assert program(source).parent.printed == "0 True 1\n"


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "import time\nwhile True: time.sleep(0.1)",
        "import os, time\npid = os.fork()\nif pid == 0:\n    time.sleep(60)\nos.waitpid(pid, 0)",
        "import multiprocessing\nm = multiprocessing.get_context('fork')\n"
        "p = m.Process(target=m.Event().wait)\np.start()\np.join(60)",
        "import subprocess\nsubprocess.run(['sleep', '60'])",
        "import threading, time\nt = threading.Thread(target=time.sleep, args=[60])\nt.start()\nt.join()",
        "import multiprocessing as m, time\nwith m.get_context('fork').Pool(1) as p: p.map(time.sleep, [60])",
    ],
)
def test_a_slow_program_does_not_wait_for_ever(source):
    assert program(source, timeout=0.5).verdicts == ()
