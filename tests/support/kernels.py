"""Python processes of their own that stand in for a notebook's kernel, so that a test can watch one and end one."""

import contextlib
import os
import select
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def answer(script, *options, seconds=60):
    """What ``script`` prints in a Python of its own; warnings are errors there too."""
    command = [sys.executable, "-W", "error", *options, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@contextlib.contextmanager
def running(script):
    """``script`` in a Python of its own, and of a session of its own, as long as the ``with`` lasts."""
    command = [sys.executable, "-W", "error", "-u", "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True) as kernel:
        try:
            yield kernel
        finally:
            kernel.kill()


def next_line(kernel, seconds=30):
    """The next line that ``kernel`` prints; an error if none comes in so many seconds."""
    line, deadline = b"", time.monotonic() + seconds
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([kernel.stdout], [], [], max(0, deadline - time.monotonic()))
        assert ready, f"nothing more after {line!r} in {seconds} s"
        piece = os.read(kernel.stdout.fileno(), 1)
        assert piece, f"the kernel ended after {line!r}"
        line += piece
    return line.decode().rstrip("\n")
