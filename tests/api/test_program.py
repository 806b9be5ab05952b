"""``program`` runs any text as Python would, keeps it within its limits, and refuses wrong input in time."""

import os
import subprocess
import sys
from signal import SIGABRT, SIGKILL, SIGTERM

import pytest

from left_behind import still_alive
from shmlesson import program, share
from shmlesson.client.server import SERVER
from shmlesson.views.text.sentences import account

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
TIMEOUT = "timeout must be a number of seconds greater than 0 and at most 1000000, got "

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers")


def prints(run):
    """Who printed what, in the order in which it happened."""
    return [(event.process, event.detail["text"]) for event in run.events if event.kind == "prints"]


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
    run = program("for number in range(100_000): print('x' * 40)", timeout=60)

    assert len(run.parent.printed) + run.dropped == 100_000 * 41
    assert len(run.events) < 70_000


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
