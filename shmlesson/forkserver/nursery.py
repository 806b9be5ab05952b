"""A process that forks the first process of each order, and does nothing else: what it touches would be copied."""

from __future__ import annotations

import _socket
import json
import os
from os import _exit, close, fork, kill, waitpid  # by name: a traced program replaces some of them
from signal import SIGKILL

from .descriptors import receive_descriptors, send_descriptors
from .scheduler import Member, pair
from .tree import become_subreaper
from .turns import CHANNEL, SPARE

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import NoReturn

_LONGEST = 1 << 16  # bytes of a message


class Nursery:
    """``begin`` is what a forked process does, once its channel is where it belongs; it never returns."""

    def __init__(self, begin: Callable[[], NoReturn]) -> None:
        self._begin = begin
        self._line, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_DGRAM)
        self._asked = 0
        self._statuses: dict[int, int] = {}
        self.pid = fork()
        if self.pid == 0:
            self._line.close()
            self._line = theirs
            self._serve()
        theirs.close()

    def start(self) -> Member:
        """A new first process; it says itself when it is there."""
        (ours, theirs), (spare, first) = pair(), pair()
        send_descriptors(self._line, b"start", theirs, first)
        close(theirs)
        close(first)
        return Member("parent", ours, spare)

    def ask_to_reap(self, pids: Iterable[int]) -> None:
        """Have these, which have ended, reaped, as far as it is not done; ``statuses`` tells how they ended."""
        self.statuses()  # few answers may wait on such a line
        self._line.send(json.dumps(list(pids)).encode())
        self._asked += 1

    def statuses(self) -> dict[int, int]:
        """Exit codes, or signals as negative numbers, of all that were reaped here, by process ID."""
        while self._asked:
            self._statuses.update({int(pid): ended for pid, ended in json.loads(self._line.recv(_LONGEST)).items()})
            self._asked -= 1
        return self._statuses

    def end(self) -> None:
        """End it; what it has forked must have ended before."""
        kill(self.pid, SIGKILL)
        waitpid(self.pid, 0)

    def _serve(self) -> NoReturn:
        become_subreaper()
        while True:
            message, fds = receive_descriptors(self._line, _LONGEST, 2)
            if not message:
                _exit(0)
            if not fds:
                self._line.send(json.dumps(dict(filter(None, map(_reap, json.loads(message))))).encode())
                continue
            fd, spare = fds
            if fork() == 0:
                os.dup2(fd, CHANNEL, inheritable=False)
                os.dup2(spare, SPARE, inheritable=False)
                self._line.detach()
                self._begin()
            close(fd)
            close(spare)


def _reap(pid: int) -> tuple[int, int] | None:
    try:
        return pid, os.waitstatus_to_exitcode(waitpid(pid, 0)[1])
    except ChildProcessError:
        return None  # its parent has reaped it
