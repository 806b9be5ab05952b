"""What a running program does, as far as the lessons show it: births, blocks, prints, sleeps, reaps, ends."""

from __future__ import annotations

import codecs
import io
import os
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn, SupportsIndex

from .child import Witness
from .limits import Ration

_PIECE = 1 << 16  # bytes of a print that one report tells of


def install(me: Witness, ration: Ration) -> None:
    """Have this process, and every process forked from it, report for itself; the program need not know."""
    os.register_at_fork(before=me.about_to_fork, after_in_child=lambda: _born(me))
    os.fork = _forks(me, os.fork)
    os._exit = _ends(me, os._exit)  # type: ignore[assignment]
    for name in ("wait", "waitpid", "wait3", "wait4"):
        setattr(os, name, _reaps(me, getattr(os, name)))
    time.sleep = _sleeps(me, time.sleep)
    sys.stdout = _stream(me, 1)
    sys.stderr = _stream(me, 2)
    os.write = _traced_write(me)
    sys.addaudithook(lambda event, arguments: _audit(me, ration, event, arguments))


def _born(me: Witness) -> None:
    me.becomes_child()
    _tell(me, "born", ppid=os.getppid(), returned=0)


def _forks(me: Witness, fork: Callable[[], int]) -> Callable[[], int]:
    def traced_fork() -> int:
        pid = fork()
        if pid:
            _tell(me, "forks", child=me.name_of_child(), returned=pid)
        return pid

    return traced_fork


def _ends(me: Witness, leave: Callable[[int], NoReturn]) -> Callable[[int], NoReturn]:
    def traced_exit(status: int) -> NoReturn:
        if isinstance(status, int):  # anything else is an error, and Python says so best
            _tell(me, "ends", code=status)
        leave(status)

    return traced_exit


def _reaps(me: Witness, wait: Callable[..., Any]) -> Callable[..., Any]:
    def traced_wait(*arguments: Any) -> Any:
        pid, status, *rest = wait(*arguments)
        if pid and not os.WIFSTOPPED(status) and not os.WIFCONTINUED(status):
            _tell(me, "reaps", pid=pid, ended=os.waitstatus_to_exitcode(status))
        return (pid, status, *rest)

    return traced_wait


def _sleeps(me: Witness, sleep: Callable[[float | SupportsIndex], None]) -> Callable[[float | SupportsIndex], None]:
    """Python itself reports a sleep only from 3.13 on."""

    def traced_sleep(seconds: float | SupportsIndex, /) -> None:
        if isinstance(seconds, int | float):  # anything else is an error, and Python says so best
            _tell(me, "sleeps", seconds=seconds)
        sleep(seconds)

    return traced_sleep


class Screen(io.RawIOBase):
    """Descriptor 1 or 2 of a program: what is written there is reported, as long as it still leads to the notebook."""

    def __init__(self, me: Witness, fd: int) -> None:
        self.me, self.fd = me, fd
        self.there = _identity(fd)

    def fileno(self) -> int:
        return self.fd

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if _identity(self.fd) == self.there:
            return _report_text(self.me, self.fd, data)
        return _real_write(self.fd, data)  # the program has led it elsewhere, or closed it


_real_write = os.write


def _identity(fd: int) -> tuple[int, int] | None:
    try:
        status = os.fstat(fd)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _report_text(me: Witness, fd: int, data: Any) -> int:
    """Report a piece of ``data`` that ends with a whole character; give the number of bytes taken."""
    data = memoryview(data).cast("B")[:_PIECE]
    text, taken = codecs.utf_8_decode(data, "backslashreplace", False)
    if not taken:
        text, taken = codecs.utf_8_decode(data, "backslashreplace", True)
    try:
        me.tell("prints", text=text, stream="stderr" if fd == 2 else "stdout")
    except OSError:
        return _real_write(fd, data)  # the program has closed the report pipe: the server reads the screen itself
    return taken


def _stream(me: Witness, fd: int) -> io.TextIOWrapper:
    """A text stream that behaves as in a terminal: out with every line (stderr: with every write)."""
    errors = "backslashreplace" if fd == 2 else "strict"
    return io.TextIOWrapper(
        io.BufferedWriter(Screen(me, fd)), encoding="utf-8", errors=errors, line_buffering=True, write_through=fd == 2
    )


def _traced_write(me: Witness) -> Callable[[int, Any], int]:
    """``os.write`` to the screen is a print too, and so comes in order with the others."""
    screen = _identity(1)

    def write(fd: int, data: Any) -> int:
        if _identity(fd) != screen:
            return _real_write(fd, data)
        taken, size = 0, memoryview(data).nbytes
        while taken < size:  # at once, as a write to a pipe does that blocks
            taken += _report_text(me, fd, memoryview(data).cast("B")[taken:])
        return taken

    return write


def _audit(me: Witness, ration: Ration, event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("os.fork", "os.forkpty") and not ration.take():
        _tell(me, "limit", processes=ration.processes)
        raise ration.refusal()
    if event == "mmap.__new__" and arguments[0] == -1:
        _tell(me, "maps", size=arguments[1], memory=None)


def _tell(me: Witness, kind: str, **detail: object) -> None:
    """Report, unless the program has closed the report pipe: it goes on either way, as it would alone."""
    try:
        me.tell(kind, **detail)
    except OSError:
        pass
