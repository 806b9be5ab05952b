"""What an explored program does outside of its processes: files and the like are there for all schedules at once.

An audit hook (PEP 578) sees it, whatever function it is done with. Two things follow. A process does nothing of the
kind before its first turn: each schedule is begun ahead, while the one before it still moves. And what other
processes could notice, and takes no turns, makes the exploration say that it may have missed outcomes.
"""

from __future__ import annotations

import os
import sys

from ..tracer.gate import Gate
from ..tracer.lines import NAME, where

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any

_INSIDE = frozenset(
    {"exec", "compile", "import", "mmap.__new__", "os.fork", "sys._getframe", "builtins.id", "object.__getattr__"}
    | {"object.__setattr__", "object.__delattr__", "code.__new__", "function.__new__", "time.sleep", "marshal.loads"}
    | {"socket.__new__", "fcntl.ioctl"}
)  # audit events of acts that stay within a process; see the table of audit events in Python's documentation
# And of acts that other processes can notice, and that take no turns: what the learner's line does.
_UNSEEN = {
    **dict.fromkeys(("socket.bind", "socket.connect", "socket.send"), "uses a socket, which takes no turns"),
    **dict.fromkeys(
        ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate"),
        "changes what is in a folder, which takes no turns",
    ),
    **dict.fromkeys(("fcntl.flock", "fcntl.lockf"), "locks a file, which takes no turns"),
    "fcntl.fcntl": "changes a descriptor, which takes no turns",
    "signal.pthread_kill": "sends a signal to a thread, which takes no turns",
}
_WRITES = "writes to a file, which takes no turns"
# Of acts that nobody can put in order with the program's steps: here an exploration comes to its end.
_BARRED = {
    **dict.fromkeys(
        ("subprocess.Popen", "os.system", "os.posix_spawn", "os.spawn"), "starts another program, which takes no turns"
    ),
    "os.exec": "becomes another program, which takes no turns",
    "os.forkpty": "forks with a terminal, which takes no turns",
    "_thread.start_new_thread": "starts a thread, which takes no turns",
}


class Outside:
    """The audit hook of an explored process."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    def before(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Wait for the turn of this schedule, unless it has begun; note what takes no turns."""
        if event in _INSIDE:
            return
        barred, unseen = _BARRED.get(event), _UNSEEN.get(event)
        if barred:
            self.gate.bars(barred)
        if event == "open" and _writes(*arguments):
            unseen = _WRITES
        if unseen and not _is_within("multiprocessing"):
            self.gate.mark_incomplete(unseen)
        if not self.gate.begun and where()[0] is not None:
            self.gate.wait_for_turn("starts")


def _writes(path: object, mode: object, flags: int) -> bool:
    """Whether a file is opened that another process may read."""
    return not isinstance(path, int) and path != os.devnull and bool(flags & (os.O_WRONLY | os.O_RDWR))


def _is_within(library: str) -> bool:
    """Whether a library does what happens now."""
    frame = sys._getframe(1)
    while frame and frame.f_code.co_filename != NAME:
        if frame.f_globals.get("__name__", "").startswith(library):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False
