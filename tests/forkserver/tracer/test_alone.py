"""A program does the same under ``program`` as under ``python program.py``: output, errors with lines, exit code.

The folder ``alone`` has what is compared: in ``programs.txt`` whole programs, each behind its name, and in ``ends.txt``
those whose end is of interest, for what they print in which order; in the others each line is an expression of its own,
in stores.txt one or more statements. For blocks.txt ``b`` is a fresh block of 16
bytes. For pipes.txt ``R(data)`` is a read end from which that comes, ``W()`` a write end, ``C()`` one whose reader is
gone. For readiness.txt, sockets.txt and locks.txt see READINESS, SOCKET and LOCK below, for views.txt and stores.txt
VIEW, for files.txt FILES.
"""

import re
import select
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest

from shmlesson import program

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in (Path(__file__).parent / "alone").glob("*.txt")}
ENDS = dict(part.split("\n", 1) for part in TEXTS["ends"].split("### ")[1:])
PROGRAMS = dict(part.split("\n", 1) for part in TEXTS["programs"].split("### ")[1:])

SHOW = """
import array, binascii, collections.abc, copy, ctypes, hashlib, inspect, io, mmap, multiprocessing as mp, operator, os
import pickle, re, select, signal, struct, sys, time, weakref, zlib
from multiprocessing import shared_memory
mp.set_start_method("fork")
def show(text, **names):
    try: print(text, "->", repr(eval(text, globals(), names)))
    except BaseException as error: print(text, "!!", type(error).__name__, error)
"""
BLOCK = """
def show_with_block(text):
    b = mmap.mmap(-1, 16)
    b[:] = b"0123456789\\nabcde"
    show(text, b=b)
    print("   ", "closed" if b.closed else (b[:], b.tell()))
"""
PIPE = """
keep, write = [], os.write
def P(): keep.append(os.pipe()); return keep[-1]
def R(data):
    r, w = P()
    if data: write(w, data)
    os.close(w)
    return r
def W(): return P()[1]
def C():
    r, w = P()
    os.close(r)
    return w
def NB():
    r, w = P()
    os.set_blocking(r, False)
    return r
def N(buffering=-1): return open(NB(), "rb", buffering)
def F(code): return os.fork() or os._exit(code)
def with_(file):
    with file as opened: return opened.read(), opened is file
"""
SOCKET = """
import socket
keep = []
def S(): keep.append(socket.socketpair()); return keep[-1]
def G(): one, other = S(); one.sendall(b"abc"); return other
def E(): one, other = S(); one.close(); return other
def T(one): one.settimeout(0.01); return one
def B(one): one.setblocking(False); return one
def L(one): one.close(); return one
"""
READINESS = (
    PIPE
    + """
import selectors, subprocess, tempfile
class O:
    def __init__(self, fd): self.fd = fd
    def fileno(self):
        print("asked")
        if self.fd is error: raise error
        return self.fd
    def __repr__(self): return "O"
error = ValueError("no number")
def polled(fd, mask=select.POLLIN, *timeout):
    poller = select.poll(); poller.register(fd, mask)
    return [mask for _, mask in poller.poll(*(timeout or (0,)))]
def epolled(fd, mask=select.EPOLLIN):
    with select.epoll() as poller:
        poller.register(fd, mask)
        return [mask for _, mask in poller.poll(1) + poller.poll(0)] if mask else poller
def E(closed): keep.append(select.epoll()); closed and keep[-1].close(); return keep[-1]
def selected(selector, fd):
    with selector: selector.register(fd, selectors.EVENT_READ); return selector.select(0.01)
def named():
    path = os.path.join(tempfile.mkdtemp(), "fifo"); os.mkfifo(path); return path
def fifo(act, *arguments):
    path = named(); other = os.open(path, os.O_RDWR)
    return type(act(path, *arguments)).__name__
def meet(one, other):
    path = named()
    if os.fork() == 0:
        with open(path, other) as end: end.write("abc" if end.mode == other and "b" not in other else b"abc")
        os._exit(0)
    with open(path, one) as end: return end.read(), end.mode, type(end).__name__, os.wait()[1]
"""
)
LOCK = """
import fcntl, tempfile
class T(ctypes.Structure): _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double)]
class N(ctypes.Structure): _fields_ = [("_name", ctypes.c_int)]
def F(): return tempfile.TemporaryFile()
def held(lock): lock.acquire(); return lock
def then(*values): return values[-1]
def child(act, *arguments):
    process = mp.Process(target=act, args=arguments); process.start(); process.join(); return process.exitcode
def sm(act):
    memory = shared_memory.SharedMemory(create=True, size=16)
    try: return act(memory)
    finally:
        try: memory.close()
        except BufferError as error: print("close", error)
        memory.unlink()
"""

FILES = """
import fcntl, glob, pathlib, shutil, tempfile, warnings
warnings.simplefilter("ignore")
class P:  # a path that tells when it is asked
    def __init__(self, path): self.path = path
    def __fspath__(self): print("asked", self.path); return self.path
def with_(file, act):
    with file as opened: return act(opened)
if os.fork() == 0: os._exit(0)  # now there is somebody to whom files may say something
os.wait()
folder = tempfile.mkdtemp()
os.chdir(folder)
os.mkdir("d")
def show_in_a_folder(text):
    for name in os.listdir(): shutil.rmtree(name) if os.path.isdir(name) else os.unlink(name)
    os.mkdir("d")
    with open("f", "w") as file: file.write("one\\ntwo\\n")
    show(text)
    print("   ", sorted(os.listdir()))
"""
VIEW = """
import ctypes, hashlib, io, mmap, operator, struct
class N:  # a number that tells when it is asked
    def __init__(self, number): self.number = number
    def __index__(self): print("asked", self.number); return self.number
class Inner(ctypes.Structure): _fields_ = [("x", ctypes.c_int), ("z", ctypes.c_int)]
class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_int), ("text", ctypes.c_char * 8), ("inner", Inner),
                ("bits", ctypes.c_int, 3), ("many", ctypes.c_int * 2)]
class Told:  # tells whatever is asked of it
    def __init__(self): vars(self)["x"] = 1
    def __getitem__(self, key): print("get", getattr(key, "number", key)); return 3
    def __setitem__(self, key, value): print("set", key, value)
    def __getattr__(self, name): print("attribute", name); return 4
    def __setattr__(self, name, value): print("set attribute", name, value)
    def __call__(self): print("called"); return self
    def __eq__(self, other): print("compared"); return True
    def __hash__(self): print("hashed"); return 1
def yielded(view): return next(view[i] for i in range(3))
def fresh():
    global b, v, w, c, p, a, s, q, L, D, T, S, M
    b = mmap.mmap(-1, 128)
    b[:16] = b"0123456789\\nabcde"
    v = memoryview(b)[:16]
    w, c = v.cast("i"), ctypes.c_int.from_buffer(b, 4)
    p, a, s = Point.from_buffer(b, 16), (ctypes.c_int * 4).from_buffer(b), (ctypes.c_char * 8).from_buffer(b)
    q, L, D, T, S, M = ctypes.pointer(c), [1, 2, 3], {"k": 1, 1: 2}, (1, 2), "abc", Told()
def after():
    print("   ", b[:72], L, D)
"""


def lines_of_views(texts, act):
    """A program in which each line of ``texts`` stands as it is, with a fresh block and views of it."""
    tries = (
        f"fresh()\ntry:\n{act(text)}\nexcept BaseException as error:\n"
        f"    print({text!r}, '!!', type(error).__name__, error)\nafter()\n"
        for text in texts.strip().splitlines()
    )
    return VIEW + "".join(tries)


def as_expression(text):
    return f"    print({text!r}, '->', repr({text}))"


def as_statements(text):
    return indent(text, "    ")


def lines_with(setup, texts, call="show"):
    """A program that evaluates each line of ``texts``."""
    return SHOW + setup + "".join(f"{call}({text!r})\n" for text in texts.strip().splitlines())


def in_order(text):
    """What is printed, without addresses."""
    return re.sub(r"0x[0-9a-f]{5,}", "0x", text)


def comparable(text):
    """What is printed, in an order that does not depend on who was quicker, without addresses."""
    return sorted(re.sub(r"0x[0-9a-f]{5,}", "0x", text).splitlines())


def alone(source, folder, comparable=comparable):
    """What Python itself makes of it: lines printed, lines of errors, exit code."""
    path = folder / "program.py"
    path.write_text(source, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-u", path], capture_output=True, text=True, cwd=folder, timeout=60, stdin=subprocess.DEVNULL
    )
    return comparable(done.stdout), comparable(done.stderr.replace(str(path), "program.py")), done.returncode


def traced(source, comparable=comparable):
    run = program(source, timeout=60)
    said = {
        stream: "".join(e.detail["text"] for e in run.events if e.kind == "prints" and e.detail["stream"] == stream)
        for stream in ("stdout", "stderr")
    }
    ended = run.parent.exit_code if run.parent.signal is None else -run.parent.signal
    return comparable(said["stdout"] + run.stray), comparable(said["stderr"]), ended


@pytest.mark.parametrize(
    "source",
    [
        lines_with(BLOCK, TEXTS["blocks"], "show_with_block"),
        lines_with(PIPE, TEXTS["pipes"]),
        pytest.param(
            lines_with(READINESS, TEXTS["readiness"]),
            marks=pytest.mark.skipif(not hasattr(select, "epoll"), reason="not on macOS"),
        ),
        lines_with(LOCK, TEXTS["locks"]),
        lines_with(FILES, TEXTS["files"], "show_in_a_folder"),
        lines_of_views(TEXTS["views"], as_expression),
        lines_of_views(TEXTS["stores"], as_statements),
    ],
    ids=["blocks", "pipes", "readiness", "locks", "files", "views", "stores"],
)
def test_each_call_gives_or_raises_what_it_does_alone(source, tmp_path):
    assert traced(source) == alone(source, tmp_path)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_prints_fails_and_ends_as_alone(name, tmp_path):
    assert traced(PROGRAMS[name]) == alone(PROGRAMS[name], tmp_path)


@pytest.mark.parametrize("name", ENDS)
def test_what_a_program_has_made_goes_at_its_end_as_it_does_alone(name, tmp_path):
    assert traced(ENDS[name], in_order) == alone(ENDS[name], tmp_path, in_order)


def test_a_process_reports_its_end_after_all_that_happens_meanwhile():
    run = program("class Last:\n    def __del__(self): print('goes')\nlast = Last()")

    assert [event.kind for event in run.events] == ["born", "prints", "ends"]


def test_a_handler_is_called_with_the_frame_that_it_interrupts():
    source = (
        "import os, signal\nsignal.signal(10, lambda number, frame: print(frame.f_lineno))\nos.kill(os.getpid(), 10)"
    )

    assert program(source).parent.printed == "3\n"


def test_getsignal_gives_the_handler_that_was_set():
    source = "import signal as s\ndef f(*_): pass\ns.signal(10, f)\nprint(s.getsignal(10) is f, s.signal(10, f) is f)"

    assert program(source).parent.printed == "True True\n"


def test_an_interrupt_that_nobody_catches_ends_the_program_as_alone():
    run = program("raise KeyboardInterrupt")

    assert (run.parent.signal, run.parent.exit_code) == (signal.SIGINT, None)


def test_no_frame_of_ours_is_in_a_stack_that_the_program_prints():
    source = "import traceback\ndef f():\n    traceback.print_stack()\nf()"

    run = program(source)

    assert run.parent.printed.count("File ") == 2
    assert "forkserver" not in run.parent.printed


def test_an_exit_code_that_no_system_has_is_255_as_alone():
    assert program("import sys; sys.exit(10**30)").parent.exit_code == 255
