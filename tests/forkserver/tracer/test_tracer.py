"""What a running program is seen doing: births, sleeps, signals, reaps, ends, prints, variables."""

import signal

import pytest

from shmlesson import program
from shmlesson.views.text.sentences import story


def told(run, *kinds, role=None):
    """The events of these kinds, of one process or of all."""
    return [event for event in run.events if event.kind in kinds and role in (None, event.process)]


FORK = """\
import os, time
pid = os.fork()
if pid == 0:
    time.sleep(0.01); "GO" in os.environ and open(os.environ["GO"]).readline()
    os._exit(3)
os.waitpid(pid, 0)
"""


def test_a_fork_is_recorded_on_both_sides_with_its_line():
    run = program(FORK)

    (forks,) = told(run, "forks")
    assert (forks.process, forks.detail["child"], forks.detail["line"]) == ("parent", "child 1", 2)
    assert [(born.process, born.detail["returned"]) for born in told(run, "born")] == [("parent", None), ("child 1", 0)]


def test_a_sleep_a_wait_and_a_reap_are_recorded_with_their_lines(go):
    run = program(FORK, watch=go)

    assert [(e.kind, e.detail["line"]) for e in told(run, "sleeps", role="child 1")] == [("sleeps", 4)]
    assert [(e.kind, e.detail["line"]) for e in told(run, "waits", "reaps", role="parent")] == [
        ("waits", 6),
        ("reaps", 6),
    ]


def test_a_child_that_has_ended_is_reaped_without_a_wait():
    source = (
        "import os, time\npid = os.fork() or os._exit(0)\nos.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)\nos.wait()"
    )

    run = program(source)

    assert [e.kind for e in told(run, "waits", "reaps") if e.detail["line"] == 4] == ["reaps"]


@pytest.mark.parametrize(
    "wait",
    [
        "os.wait()",
        "os.waitpid(-1, 0)",
        "os.waitpid(pid, 0)",
        "os.wait3(0)",
        "os.wait4(pid, 0)",
        "os.waitid(os.P_ALL, 0, os.WEXITED)",
        "os.waitid(os.P_PID, pid, os.WEXITED)",
    ],
)
@pytest.mark.parametrize(("end", "ended"), [("os._exit(9)", 9), ("os.kill(os.getpid(), 9)", -9)])
def test_each_way_to_reap_is_recorded_with_who_ended_and_how(wait, end, ended):
    run = program(f"import os\npid = os.fork()\nif pid == 0: {end}\n{wait}")

    (reap,) = told(run, "reaps")
    assert (reap.detail["child"], reap.detail["ended"], reap.detail["line"]) == ("child 1", ended, 4)


def test_looking_for_a_child_that_has_not_ended_is_neither_a_wait_nor_a_reap():
    source = "import os\nr, w = os.pipe()\nif os.fork() == 0:\n    os.close(w); os.read(r, 1); os._exit(0)\n"

    run = program(source + "os.waitpid(-1, os.WNOHANG)\nos.close(w)")

    assert told(run, "reaps", "waits", role="parent") == []


@pytest.mark.parametrize(
    ("text", "code", "how", "line"),
    [
        ("import os\nos._exit(4)", 4, "_exit", 2),
        ("import os\ndef leave():\n    os._exit(4)\nleave()", 4, "_exit", 3),
        ("import sys\nsys.exit(5)", 5, "sys.exit", 2),
        ("pass\nraise SystemExit(6)", 6, "sys.exit", 2),
        ("pass\n1 / 0", 1, "error", 2),
        ("pass", 0, "end", None),
    ],
)
def test_an_end_says_how_it_came_and_on_which_line(text, code, how, line):
    (end,) = told(program(text), "ends")

    assert (end.detail["code"], end.detail["how"], end.detail.get("line")) == (code, how, line)


def test_the_end_of_a_process_object_is_its_own_kind():
    run = program("import multiprocessing as mp\np = mp.get_context('fork').Process(target=int)\np.start(); p.join()")

    assert [e.detail["how"] for e in told(run, "ends", role="child 1")] == ["process"]


def test_a_signal_is_recorded_with_its_receiver():
    run = program("import os, signal\npid = os.fork()\nif pid == 0: signal.pause()\nos.kill(pid, 15)\nos.wait()")

    (sent,) = told(run, "signals")
    assert (sent.detail["signal"], sent.detail["to"], sent.detail["line"]) == (15, "child 1", 4)
    assert run.child.signal == signal.SIGTERM


def test_what_lay_in_a_buffer_at_the_fork_is_pending():
    run = program("import os\nprint('twice', end=' ')\nif os.fork() == 0: raise SystemExit\nos.wait()")

    (forks,) = told(run, "forks")
    assert (forks.detail["pending"], run.parent.printed, run.child.printed) == ("twice ", "twice ", "twice ")


def test_nothing_is_pending_behind_a_flush():
    run = program("import os\nprint('once', end=' ', flush=True)\nif os.fork() == 0: raise SystemExit\nos.wait()")

    assert "pending" not in told(run, "forks")[0].detail


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("number += 1", ["number"]),
        ("text = 'b'; number = 1", ["number", "text"]),
        ("things.append(1)", ["things"]),
        ("table['a'] = 1", ["table"]),
        ("data[0] = 1", ["data"]),
        ("new = 1", []),
        ("number = 0", []),
    ],
)
def test_a_child_reports_at_its_end_which_plain_variables_it_changed(change, names):
    source = (
        "import os\nnumber, text, things, table, data = 0, 'a', [], {}, bytearray(1)\n"
        f"if os.fork() == 0:\n    {change}\n    os._exit(0)\nos.wait()"
    )

    run = program(source)

    assert [e.detail["names"] for e in told(run, "changes", role="child 1")] == ([names] if names else [])


def test_a_print_is_recorded_with_its_stream_and_line():
    run = program("import sys\nprint('out')\nprint('err', file=sys.stderr)")

    assert [(e.detail["text"], e.detail["stream"], e.detail["line"]) for e in told(run, "prints")] == [
        ("out\n", "stdout", 2),
        ("err\n", "stderr", 3),
    ]


def test_many_steps_are_recorded_up_to_a_bound_and_then_counted():
    source = "import mmap\nb = mmap.mmap(-1, 2)\nfor i in range(6000):\n    b[0] = 1\n    b[1] = 2\nprint('on')"

    run = program(source)

    assert len(told(run, "writes", "reads")) < 6000
    assert (run.parent.printed, run.parent.exit_code) == ("on\n", 0)


def test_a_process_whose_steps_are_too_many_says_so_once_and_still_ends():
    source = (
        "import os\nr, w = os.pipe()\nfor _ in range(15_000):\n    os.write(w, b'x')\n    os.read(r, 1)\n"
        "if os.fork() == 0: os._exit(0)\nos.wait()"
    )

    run = program(source)

    assert len(told(run, "truncated")) == 1
    assert run.truncated >= 30_000 - len(told(run, "receives", "sends")) > 0
    assert [e.kind for e in told(run, "forks", "reaps", "ends", role="parent")] == ["forks", "reaps", "ends"]


def test_threads_that_act_at_once_lose_no_event_and_do_not_disturb_each_other():
    source = (
        "import threading, os, sys\nsys.setswitchinterval(1e-6)\nr, w = os.pipe()\n"
        "def f():\n    for _ in range(200): os.write(w, b'x')\n"
        "threads = [threading.Thread(target=f) for _ in range(6)]\nfor t in threads: t.start()\n"
        "for t in threads: t.join()"
    )

    run = program(source)

    assert (run.parent.exit_code, run.parent.printed) == (0, "")
    assert len(told(run, "sends")) == 1200


def test_threads_that_write_to_one_block_do_not_disturb_each_other():
    source = (
        "import threading, mmap, sys\nsys.setswitchinterval(1e-6)\nb = mmap.mmap(-1, 8)\n"
        "def f(i):\n    for _ in range(300):\n        b[i] = 1\n        b[i]\n        mmap.mmap(-1, 1)\n"
        "threads = [threading.Thread(target=f, args=(i,)) for i in range(8)]\nfor t in threads: t.start()\n"
        "for t in threads: t.join()\nprint(b[:])"
    )

    run = program(source)

    assert (run.parent.exit_code, run.parent.printed) == (0, "b'" + "\\x01" * 8 + "'\n")


def test_each_block_that_threads_make_at_once_has_a_name_of_its_own():
    source = (
        "import threading, mmap, sys\nsys.setswitchinterval(1e-6)\nb = mmap.mmap(-1, 8)\n"
        "def f(i):\n    for n in range(100):\n        b[i] = n % 250\n        b[i]\n        mmap.mmap(-1, 1)\n"
        "threads = [threading.Thread(target=f, args=(i,)) for i in range(8)]\nfor t in threads: t.start()\n"
        "for t in threads: t.join()"
    )

    run = program(source, timeout=60)

    names = [event.detail["block"] for event in told(run, "maps")]
    assert (run.parent.printed, len(names), len(set(names))) == ("", 801, 801)


def test_each_child_that_threads_fork_at_once_has_a_name_of_its_own():
    source = (
        "import os, threading, sys\nsys.setswitchinterval(1e-6)\n"
        "def f():\n    for code in range(5): os.waitpid(os.fork() or os._exit(code), 0)\n"
        "threads = [threading.Thread(target=f) for i in range(4)]\nfor t in threads: t.start()\n"
        "for t in threads: t.join()"
    )

    run = program(source, timeout=60)

    assert [process.name for process in run.children] == [f"child {number}" for number in range(1, 21)]
    assert sorted(process.exit_code for process in run.children) == sorted([*range(5)] * 4)


def test_a_child_can_print_although_a_thread_was_printing_when_it_was_forked():
    source = (
        "import os, sys, threading\nsys.setswitchinterval(1e-5)\non = True\ndef talk():\n    while on: print('t')\n"
        "thread = threading.Thread(target=talk); thread.start()\nfor number in range(30):\n"
        "    if os.fork() == 0: print('child'); os._exit(0)\n    os.wait()\non = False; thread.join()"
    )

    run = program(source, timeout=60)

    assert [process.name for process in run.children if not process.printed.endswith("child\n")] == []
    assert len(run.children) == 30


def test_a_handler_that_comes_in_the_middle_of_a_loop_over_a_block_loses_no_access():
    source = (
        "import mmap, signal\nb, c = mmap.mmap(-1, 4), mmap.mmap(-1, 4)\ncount = [0]\ndef f(*_):\n"
        "    c[1] = 5; b[2]; count[0] += 1\nsignal.signal(14, f)\nsignal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)\n"
        "for _ in range(60_000):\n    b[0] = 1\nsignal.setitimer(signal.ITIMER_REAL, 0)\nprint(count[0])"
    )

    run = program(source, timeout=60)

    times = [event.detail.get("times", 1) for event in told(run, "writes") if event.detail["line"] == 9]
    assert int(run.parent.printed) > 0
    assert sum(times) == 60_000 or told(run, "truncated")


def test_what_one_thread_does_is_recorded_while_another_one_is_in_a_librarys_object():
    source = (
        "import multiprocessing as mp, os, threading, time\nr, w = os.pipe()\nx = mp.Event()\n"
        "t = threading.Thread(target=x.wait, args=(0.3,))\nt.start()\ntime.sleep(0.1)\nos.write(w, b'x')\nt.join()"
    )

    run = program(source)

    assert [e.detail["line"] for e in told(run, "sends")] == [7]


def test_what_a_thread_of_a_library_does_is_inner():
    source = (
        "import multiprocessing as mp\nc = mp.get_context('fork')\nq = c.Queue()\nq.put(1)\nprint(q.get())\n"
        "q.close()\nq.join_thread()"
    )

    run = program(source)

    assert [e.kind for e in run.events if e.kind in ("sends", "receives") and not e.detail.get("inner")] == []
    assert told(run, "sends", "receives") != []


def test_a_handler_that_runs_in_the_middle_of_a_read_acts_on_its_own_line():
    source = (
        "import os, signal\nr, w = os.pipe()\nsignal.signal(14, lambda *_:\n    os.write(w, b'x'))\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.02)\nos.read(r, 1)"
    )

    run = program(source)

    assert [(e.kind, e.detail["line"]) for e in told(run, "waits", "sends", "receives")] == [
        ("waits", 6),
        ("sends", 4),
        ("receives", 6),
    ]


def test_a_program_that_another_one_starts_is_no_process_of_the_run():
    spawned = "os.waitpid(os.posix_spawn('/bin/sh', ['sh', '-c', ':'], {}), 0)"

    run = program(f"import os, subprocess\nsubprocess.run(['true'])\n{spawned}")

    assert [process.name for process in run.processes] == ["parent"]
    assert told(run, "makes", "forks") == []


def test_a_story_tells_what_is_read_from_a_value_and_written_to_it():
    run = program(
        "from multiprocessing import Array, Value\na, v = Array('i', 3), Value('d')\na[1] = 42\nv.value = 0.5\na[:]"
    )
    lines = [line.split(maxsplit=3)[3] for line in story(run).splitlines() if "value" in line and "maps" not in line]

    assert lines == [
        "writes 42 into value 1 at offset 4",
        "writes 0.5 into value 2",
        "reads [0, 42, 0] from value 1",
    ]


def test_a_story_tells_of_the_waits_that_the_deadline_ended():
    run = program("import os\nr, w = os.pipe()\nif os.fork() == 0: os.read(r, 1)\nos.wait()", timeout=0.5)

    assert [line.partition("waits")[2] for line in story(run).splitlines() if "never comes back" in line] == [
        " for a child, and never comes back",
        " at the pipe, and never comes back",
    ]


def test_what_an_item_of_an_array_held_is_told_by_its_own_bytes():
    run = program("from multiprocessing import Array\na = Array('B', [1, 2, 3, 4])\na[2] = 42\na[1:4]")
    touched = [(e.kind, e.detail["offset"], str(e.detail["contents"])) for e in told(run, "reads", "writes")]

    assert touched == [("writes", 2, "1 x 2a '*'"), ("reads", 1, "1 x 02, 1 x 2a '*', 1 x 04")]
