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
# And of acts that other processes can notice, and that take no turns.
_UNSEEN = (
    *("socket.bind", "socket.connect", "socket.send", "subprocess.", "_thread.start_new_thread", "signal.pthread_kill"),
    *("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.forkpty", "os.mkdir", "os.rename", "os.remove"),
    *("os.rmdir", "os.link", "os.symlink", "os.truncate", "fcntl.fcntl", "fcntl.flock", "fcntl.lockf"),
)


class Outside:
    """The audit hook of an explored process."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    def before(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Wait for the turn of this schedule, unless it has begun; note what takes no turns."""
        if event in _INSIDE:
            return
        meets = event.startswith(_UNSEEN) or (event == "open" and _writes(*arguments))
        if meets and (event.startswith("_thread") or not _is_within("multiprocessing")):
            self.gate.mark_incomplete()
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
