"""The notebook's end: ``share`` is the lesson, ``program`` runs any text, and wrong input is refused in time."""

import json
import math
import os
import subprocess
import sys
from fractions import Fraction
from signal import SIGABRT, SIGKILL, SIGTERM

import numpy as np
import pytest

from kernels import answer
from left_behind import still_alive
from shmlesson import compare, machine, program, share
from shmlesson.client import experiment as run
from shmlesson.client import settings
from shmlesson.client.server import SERVER
from shmlesson.errors import ForkUnavailable, ProcessLost, RunTimeout, ShmlessonError
from shmlesson.memory.contents import Contents
from shmlesson.views.text.sentences import account
from stories import report, run_of

LESSON = """\
import mmap
import os
import time

BYTES = 100

block = mmap.mmap(-1, BYTES)
pid = os.fork()

if pid == 0:
    time.sleep(1)
    print("child", block[:3])
    print("fork returned", pid)
else:
    print("parent", block[:3])
    block[:] = b"a" * BYTES
    print("fork returned", pid)
"""
SIZE = "size must be a whole number of bytes (an int), got "
FILL = "fill must be one ASCII character or an int from 0 to 255, got "
TIMEOUT = "timeout must be a number of seconds greater than 0 and at most 1000000, got "
SECONDS = "seconds must be a number from 0 to less than the timeout of 10"
WAIT = "wait must be one of 'none', 'sleep', 'wait', 'pipe', 'semaphore', got "
MEMORY = "memory must be one of 'shared', 'private', 'bytearray', got "

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers")


def prints(run):
    """Who printed what, in the order in which it happened."""
    return [(event.process, event.detail["text"]) for event in run.events if event.kind == "prints"]


# share: the lesson


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


# share: wrong input


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
    monkeypatch.setattr(machine, "available_memory", lambda: 1 << 30)

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


# share: when it cannot give its result


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


# program: the text of a cell


def test_the_lessons_own_program_works_as_it_stands():
    run = program(LESSON)

    assert len(LESSON.splitlines()) == 17
    assert run.parent.returned == run.child.pid
    assert run.child.returned == 0
    assert run.parent.printed == f"parent b'\\x00\\x00\\x00'\nfork returned {run.child.pid}\n"
    assert run.child.printed == "child b'aaa'\nfork returned 0\n"
    assert [name for name, _ in prints(run)] == ["parent", "parent", "child 1", "child 1"]
    assert (run.parent.exit_code, run.child.exit_code) == (0, 0)


def test_the_story_of_the_lessons_own_program():
    lines = account(program(LESSON.replace("pid)", "pid > 0)"))).splitlines()

    assert lines == [
        "program.py",
        "  line  7  parent   maps 100 bytes, shared",
        "  line  8  parent   forks; fork returned the process ID of child 1",
        "  line  8  child 1  starts as a copy; fork returned 0 here",
        "  line 11  child 1  sleeps 1 s",
        "  line 15  parent   sees 3 x 00 at offset 0",
        "  line 15  parent   prints \"parent b'\\x00\\x00\\x00'\"",
        "  line 16  parent   writes 100 x 61 'a'",
        '  line 17  parent   prints "fork returned True"',
        "           parent   comes to its end, exit code 0",
        "  line 12  child 1  sees 3 x 61 'a' at offset 0",
        "  line 12  child 1  prints \"child b'aaa'\"",
        '  line 13  child 1  prints "fork returned False"',
        "           child 1  comes to its end, exit code 0",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "print('hällo', 1)",
        "import sys; print(sys.argv, __name__, __doc__)",
        "'a docstring'\nprint(__doc__)",
        "def f(x: int): pass\nprint(f.__annotations__)",
        "print(sorted(name for name in globals() if not name.startswith('_')))",
        "import sys; sys.exit()",
        "import sys; sys.exit(3)",
        "import sys; sys.exit(300)",
        "import sys; sys.exit('bye')",
        "raise SystemExit",
        "import os; print('lost', end=''); os._exit(5)",
        "def f():\n    1 / 0\n\nf()",
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('no') from error",
        "import json\njson.loads('{')",
        "x = 1 is 1",
        "import warnings\nwarnings.warn('mind')",
        "compile('1 +', 'other.py', 'exec')",
        "import atexit\natexit.register(print, 'last')\nprint('first')",
        "import threading\nthreading.Thread(target=print, args=('thread',)).start()",
        "import sys; sys.stdout.write('no newline')",
        "import sys; sys.stdout.buffer.write(b'x\\n'); print(sys.stdout.encoding, sys.stdout.fileno())",
        "input()",
        "import os; os.close(1); os.close(2)",
        "import os; os.closerange(3, 1000); print('still here')",
        "import os; os.execvp('echo', ['echo', 'other'])",
    ],
)
def test_a_program_does_what_python_does_with_it(tmp_path, source):
    (tmp_path / "program.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-E", "-X", "utf8", "program.py"]
    known = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=30)

    run = program(source)

    streams = {"stdout": "", "stderr": ""}
    for event in run.events:
        if event.kind == "prints":
            streams[event.detail["stream"]] += event.detail["text"]
    assert run.parent.exit_code == known.returncode
    assert streams["stderr"] == known.stderr.replace(f"{tmp_path}{os.sep}", "")
    assert streams["stdout"] + run.stray == known.stdout


def test_a_traceback_shows_the_learners_lines_and_none_of_ours():
    run = program("def halve(x):\n    return x / 0\n\nhalve(1)\n")

    assert '  File "program.py", line 4, in <module>\n    halve(1)\n' in run.parent.printed
    assert '  File "program.py", line 2, in halve\n    return x / 0\n' in run.parent.printed
    assert run.parent.printed.count("File ") == 2
    assert "shmlesson" not in run.parent.printed


def test_an_error_in_a_child_is_the_childs():
    run = program("import os\nif os.fork() == 0:\n    1 / 0\nos.wait()")

    assert run.child.printed.endswith("ZeroDivisionError: division by zero\n")
    assert (run.child.exit_code, run.parent.exit_code, run.parent.printed) == (1, 0, "")


@pytest.mark.parametrize(
    ("leave", "code"), [("os._exit(3)", 3), ("sys.exit(4)", 4), ("pass", 0), ("os._exit(300)", 44)]
)
def test_a_childs_exit_code_is_known_to_its_parent_and_to_the_run(leave, code):
    source = f"import os, sys\nif os.fork() == 0:\n    {leave}\nelse:\n    print(os.wait()[1] >> 8)"

    run = program(source)

    assert (run.child.exit_code, run.child.signal, run.parent.printed) == (code, None, f"{code}\n")


@pytest.mark.parametrize(
    ("act", "signal"),
    [("os.kill(os.getpid(), 9)", SIGKILL), ("os.kill(os.getpid(), 15)", SIGTERM), ("os.abort()", SIGABRT)],
)
@pytest.mark.parametrize("role", ["parent", "child 1"])
def test_a_process_that_a_signal_ends_is_reported_with_the_signal(role, act, signal):
    source = f"import os\npid = os.fork()\nif (pid == 0) == {role != 'parent'}:\n    {act}\npid and os.wait()"

    run = program(source)

    assert (run[role].exit_code, run[role].signal) == (None, signal)


@on_linux
def test_a_child_that_outlives_its_parent_is_reaped_and_its_end_known():
    source = """\
import os
read_end, write_end = os.pipe()
if os.fork() == 0:
    os.close(write_end)
    os.read(read_end, 1)  # comes to its end when the parent does
    os._exit(7)
"""

    run = program(source)

    assert (run.parent.exit_code, run.child.exit_code) == (0, 7)
    assert still_alive([run.child.pid]) == []


@pytest.mark.parametrize(
    ("source", "line"), [("print('a')\nif:\n", 2), ("x = (1\n", 1), ("  x = 1\n", 1), ("a\nreturn 5\n", 2)]
)
def test_a_syntax_error_is_raised_as_python_does_before_anything_starts(source, line):
    with pytest.raises(SyntaxError) as caught:
        program(source)

    assert (caught.value.filename, caught.value.lineno) == ("program.py", line)
    assert SERVER.pid is None


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"source": None}, TypeError, "source must be the text of a program (a str), got None"),
        ({"source": b"1"}, TypeError, "source must be the text of a program (a str), got b'1'"),
        ({"source": "1", "timeout": 0}, ValueError, TIMEOUT + "0"),
        ({"source": "1", "timeout": "1"}, TypeError, TIMEOUT + "'1'"),
    ],
)
def test_wrong_input_to_program_is_one_sentence_before_anything_starts(given, error, message):
    with pytest.raises(error) as caught:
        program(**given)

    assert str(caught.value) == message
    assert SERVER.pid is None


def test_what_started_programs_write_to_the_screen_is_stray():
    run = program("import os\nprint('mine')\nos.system('echo theirs')")

    assert (run.parent.printed, run.stray) == ("mine\n", "theirs\n")


@pytest.mark.parametrize(("descriptor", "stream"), [(1, "stdout"), (2, "stderr")])
def test_a_write_to_the_screens_descriptor_is_a_print_in_its_place(descriptor, stream):
    run = program(f"import os\nprint('one')\nos.write({descriptor}, b'two\\n')\nprint('three')")

    assert [text.strip() for _, text in prints(run)] == ["one", "two", "three"]
    assert [event.detail["stream"] for event in run.events if event.kind == "prints"][1] == stream


def test_a_screen_that_a_program_leads_elsewhere_stays_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = "import os\nfd = os.open('out', os.O_WRONLY | os.O_CREAT)\nos.dup2(fd, 1)\nprint('a')\nos.write(1, b'b')"

    run = program(source)

    assert (tmp_path / "out").read_text() == "a\nb"
    assert (run.parent.printed, run.stray) == ("", "")


def test_a_write_into_a_pipe_of_the_programs_own_is_no_print():
    run = program("import os\nr, w = os.pipe()\nos.write(w, b'private')\nprint(len(os.read(r, 100)))")

    assert run.parent.printed == "7\n"


ENDLESS = """\
import os, time
for leave in (os.getpid, os.setsid, lambda: os.setpgid(0, 0)):
    if os.fork() == 0:
        leave()
        break
print("going")
while True: time.sleep(60)
"""


@on_linux
@pytest.mark.parametrize("loop", ["while True: time.sleep(60)", "while True: pass"], ids=["sleeping", "busy"])
def test_a_program_without_end_is_stopped_with_all_its_processes(loop):
    run = program(ENDLESS.replace("while True: time.sleep(60)", loop), timeout=3)

    assert run.stopped_after == 3
    assert [process.printed for process in run.processes] == ["going\n"] * 4
    assert all(process.stopped for process in run.processes)
    assert still_alive([process.pid for process in run.processes]) == []


def test_signals_that_a_program_ignores_do_not_save_it():
    source = "import signal\nfor number in (1, 2, 3, 15): signal.signal(number, signal.SIG_IGN)\nwhile True: pass"

    run = program(source, timeout=0.5)

    assert run.parent.stopped
    assert still_alive([run.parent.pid]) == []


SQUARE = """\
import multiprocessing

def square(queue, x):
    queue.put(x * x)

if __name__ == "__main__":
    context = multiprocessing.get_context("{method}")
    queue = context.Queue()
    process = context.Process(target=square, args=(queue, 7))
    process.start()
    print(queue.get(), process.join(), process.exitcode)
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_works_in_a_program(method):
    run = program(SQUARE.format(method=method), timeout=60)

    assert (run.parent.printed, run.parent.exit_code) == ("49 None 0\n", 0)


@pytest.mark.parametrize(
    "source",
    ["import argparse\nargparse.ArgumentParser().print_help()", "1 / 0"],
    ids=["what the standard library prints", "an error"],
)
def test_nothing_is_coloured_although_jupyter_asks_python_for_it(source, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)

    run = program(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {source!r}])\n{source}")

    assert run.stray
    assert run.parent.printed
    assert "\x1b" not in run.stray + run.parent.printed


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_process_that_imports_the_program_again_calls_it_by_its_name(method):
    run = program(f"import multiprocessing as mp\nmp.get_context('{method}').Process(target=print).start()", timeout=60)

    assert "freeze_support()" in run.stray
    assert '  File "program.py", line 2, in <module>\n' in run.stray
    assert "shmlesson-" not in run.stray


@pytest.mark.parametrize("watch", [None, lambda event: None], ids=["at the end", "as it comes"])
def test_output_beyond_the_limit_is_counted_and_not_kept(watch):
    run = program("print('x' * 5_000_000)", watch=watch, timeout=60)

    assert len(run.parent.printed) == 4 << 20
    assert len(run.parent.printed) + run.dropped == 5_000_001
    assert run.parent.exit_code == 0


def test_many_short_prints_come_to_the_limit_too():
    run = program("for number in range(60_000): print('x' * 80)", timeout=60)

    assert len(run.parent.printed) + run.dropped == 60_000 * 81
    assert len(run.events) < 30_000


def test_stray_output_beyond_the_limit_is_counted_and_not_kept():
    run = program(
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(5_000_000 * chr(120))'])", timeout=60
    )

    assert len(run.stray) <= 4 << 20
    assert len(run.stray) + run.dropped == 5_000_001


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (rb"\xff\xe9 x", "\\xff\\xe9 x"),
        (rb"\xc3\xa9", "é"),
        (rb"\xc3", "\\xc3"),
        (rb"\xe2\x82\xac\xe2\x82", "€\\xe2\\x82"),
    ],
)
def test_bytes_that_are_no_utf8_are_shown_as_numbers(data, shown):
    run = program(f"import sys\nsys.stdout.buffer.write(b'{data.decode()}')\nsys.stdout.flush()")

    assert run.parent.printed == shown


def test_variables_of_the_notebook_are_not_there():
    run = program("print(type(LESSON))")

    assert run.parent.printed.endswith("NameError: name 'LESSON' is not defined\n")


def test_the_folder_the_environment_and_the_path_are_those_of_the_notebook_now(tmp_path, monkeypatch):
    share()  # the server has started, with what was so before
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LESSON", "fürs Leben")
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "neighbour.py").write_text("WORD = 'hello'")

    run = program(
        "import os, neighbour\nprint(os.getcwd(), os.environ.get('LESSON'), 'HOME' in os.environ, neighbour.WORD)"
    )

    assert run.parent.printed == f"{tmp_path} fürs Leben False hello\n"


def test_a_program_has_what_pythons_start_gives_to_any_other():
    run = program("import sys\nprint(callable(help), sys.prefix)\nexit(3)")

    assert run.parent.printed == f"True {sys.prefix}\n"
    assert run.parent.exit_code == 3


def test_one_program_leaves_nothing_for_the_next():
    program("import os, sys\nos.environ['LEFT'] = '1'\nsys.modules['left'] = sys\nimport builtins\nbuiltins.left = 1")

    run = program("import os, sys\nprint('LEFT' in os.environ, 'left' in sys.modules, hasattr(__builtins__, 'left'))")

    assert run.parent.printed == "False False False\n"


def test_a_programs_text_is_not_left_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    run = program("import os\nprint(os.path.dirname(__file__), os.path.exists(__file__))")

    assert run.parent.printed == f"{tmp_path} True\n"
    assert list(tmp_path.iterdir()) == []


def test_who_watches_gets_each_event_as_it_comes():
    told = []

    run = program("import os\nif os.fork() == 0:\n    print('x')\nelse:\n    os.wait()", watch=told.append)

    assert [(event.process, event.kind) for event in told] == [(event.process, event.kind) for event in run.events]
