"""The zygote: a process that forks the first process of each execution, and does nothing else.

The program is compiled, and what it imports is loaded, once; each execution then begins with a fork, which shares those
pages until somebody writes to them (copy-on-write; Android starts its apps from a zygote for the same reason). The
scheduler must not be that process: its memory grows and changes with the search, and every fork of it would copy what
it has touched. So the zygote touches next to nothing. The objects that it shares are frozen out of the garbage
collector's reach (``gc.freeze``), which would write to each of them.

It is a subreaper (see prctl(2)): a process whose parent in the program has ended becomes its child, and it reaps those
it is asked to, and says how they ended. The channels to the gates are made by the scheduler, and come with each
request as descriptors (SCM_RIGHTS, see unix(7)). If somebody kills the zygote, another one takes its place, once.
"""

from __future__ import annotations

import _socket
import os
import sys
from os import _exit, close, closerange, fork, kill, waitpid  # by name: a program may replace any of them
from select import POLLIN, poll
from signal import SIGKILL

from ...wire.descriptors import receive_descriptors, send_descriptors
from ...wire.messages import line_of, message_in
from ..reporter import REPORT
from ..tracer.gate import CHANNEL, SPARE
from ..tree import become_subreaper
from .member import TracedProcess, pair

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, NoReturn

_LONGEST = 1 << 16  # bytes of a message
_PATIENCE = 5.0  # seconds for an answer
_MOST_OTHERS = 100  # whose ends are kept
# The line keeps messages apart; only SOCK_SEQPACKET also comes to an end when the other side has ended.
_SORT = _socket.SOCK_SEQPACKET if sys.platform == "linux" else _socket.SOCK_DGRAM


class ZygoteLost(Exception):
    """It was ended from outside, and so was the one that took its place."""


class Zygote:
    """The scheduler's end. ``begin`` is what a forked process does once its channel is in place; it never returns."""

    def __init__(self, begin: Callable[[], NoReturn]) -> None:
        self._begin = begin
        self._was_lost = False
        self._fork()

    def _fork(self) -> None:
        self._line, theirs = _socket.socketpair(_socket.AF_UNIX, _SORT)
        self._asked = 0
        self._statuses: dict[int, int] = {}
        self.pid = fork()
        if self.pid == 0:
            try:
                self._line.close()
                self._line = theirs
                self._serve()
            finally:
                _exit(1)  # not further up: there it would pass for the scheduler
        theirs.close()

    def start(self) -> TracedProcess:
        """A new first process, which announces itself when it is there. ``ZygoteLost`` if no zygote is left."""
        (ours, theirs), (spare, first) = pair(), pair()
        try:
            self._send_channels(theirs, first)
        finally:
            close(theirs)
            close(first)
        return TracedProcess("parent", ours, spare)

    def _send_channels(self, *fds: int) -> None:
        try:
            send_descriptors(self._line, b"start", *fds)
        except OSError:
            if self._was_lost:
                raise ZygoteLost("the process that begins every order was ended from outside, twice") from None
            self._was_lost = True
            self.end()
            self._fork()
            self._send_channels(*fds)

    def ask_to_reap(self, pids: Iterable[int]) -> None:
        """Have these reaped, which have ended, unless their parents did it; ``statuses`` says how they ended."""
        self.statuses()  # few answers fit into such a line
        asked = list(pids)
        for pid in asked:
            self._statuses.pop(pid, None)  # of an earlier process that had this ID
        try:
            self._line.send(line_of({"reap": asked}))
            self._asked += 1
        except OSError:
            pass  # it was ended from outside: whoever has its children now reaps them

    def statuses(self) -> dict[int, int]:
        """Exit codes, or signals as negative numbers, of all that were reaped here, by process ID."""
        while self._asked:
            self._asked -= 1
            answer: dict[str, Any] = message_in(self._answer())
            self._statuses.update({int(pid): ended for pid, ended in answer.items()})
        return self._statuses

    def _answer(self) -> bytes:
        poller = poll()
        poller.register(self._line, POLLIN)
        try:
            return (self._line.recv(_LONGEST) if poller.poll(_PATIENCE * 1000) else b"") or b"{}"
        except OSError:
            return b"{}"

    def end(self) -> None:
        """End it; what it has forked must have ended before."""
        try:
            kill(self.pid, SIGKILL)
            waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass  # ended, and reaped, in the meantime
        self._line.close()

    def _serve(self) -> NoReturn:
        line = self._line.fileno()
        closerange(3, line)  # the channels of others, where it takes the place of one that was lost
        closerange(line + 1, REPORT)
        become_subreaper()
        others: dict[int, int] = {}  # that have ended, by ID; nobody has asked for them yet
        while True:
            message, fds = receive_descriptors(self._line, _LONGEST, 2)
            if not message:
                _exit(0)
            if not fds:
                self._line.send(line_of(_reap_all(message_in(message)["reap"], others)))
                _sweep(others)
                continue
            fd, spare = fds
            if fork() == 0:
                os.dup2(fd, CHANNEL, inheritable=False)
                os.dup2(spare, SPARE, inheritable=False)
                self._line.detach()
                self._begin()
            close(fd)
            close(spare)


def _reap_all(pids: Any, others: dict[int, int]) -> dict[str, Any]:
    """How those of them have ended that there were to reap, by process ID."""
    reaped = {**{pid: others.pop(pid) for pid in pids if pid in others}, **dict(filter(None, map(_reap, pids)))}
    return {str(pid): ended for pid, ended in reaped.items()}


def _sweep(others: dict[int, int]) -> None:
    """Reap whoever else has ended: programs that were started have no role here, and nobody will ask for them."""
    while len(others) >= _MOST_OTHERS:
        others.pop(next(iter(others)))
    try:
        while (found := waitpid(-1, os.WNOHANG))[0]:
            others[found[0]] = os.waitstatus_to_exitcode(found[1])
    except ChildProcessError:
        pass  # there is nobody


def _reap(pid: int) -> tuple[int, int] | None:
    """How this process has ended; None where its parent has reaped it, and its ID may be that of another one."""
    try:
        reaped, status = waitpid(pid, os.WNOHANG if hasattr(os, "pidfd_open") else 0)
    except ChildProcessError:
        return None
    return (pid, os.waitstatus_to_exitcode(status)) if reaped else None
