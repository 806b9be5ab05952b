"""One process of a run: it forks a child, reports for itself, and reaps."""

from __future__ import annotations

import os
import signal
from os import getpid, getppid  # by name: a program may replace them, and must not have us report somebody else
from time import monotonic_ns

from ..memory.block import Block, fill, look, map_block
from ..memory.contents import Contents
from ..wire.messages import line_of, send, send_line
from ..wire.roles import child_of

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import NoReturn

NOTHING_MORE = signal.SIGUSR1  # to the server: its reports can be looked at while the run's processes end
REPORT = 200  # the report pipe's descriptor, high enough to be out of a program's way
REQUEST = REPORT + 1  # where a run's parent learns what to run, and gets its commands if it takes any


class Reporter:
    """The process that it lives in, as it reports itself: every act is one message on the report pipe."""

    def __init__(self, name: str, report: int) -> None:
        self.name = name
        self.report = report
        self.forked = 0
        self.emitted = 0
        self._reaped: set[int] = set()

    def emit(self, kind: str, **detail: object) -> None:
        """Report one event: who, what, when (ns of the machine's one monotonic clock)."""
        self.emitted += 1
        send(
            self.report,
            {"process": self.name, "pid": getpid(), "kind": kind, "time": monotonic_ns(), "detail": detail},
        )

    def beginning_of(self, kind: str, **detail: object) -> str:
        """The text that such a report begins with, for ``emit_text`` to go on with: making it takes the most time."""
        report = {"process": self.name, "pid": getpid(), "kind": kind, "detail": detail}
        return line_of(report)[:-3].decode("ascii")

    def emit_text(self, beginning: str, rest: str = "") -> None:
        """Report one event, from the beginning of its text and more fields of its detail, each behind a comma."""
        self.emitted += 1
        send_line(self.report, f'{beginning}{rest}}},"time":{monotonic_ns()}}}\n'.encode("ascii"))

    def is_born(self, returned: int | None) -> None:
        self.emit("born", ppid=getppid(), returned=returned)

    def maps(self, size: int, memory: str) -> Block:
        block = map_block(size, memory)
        self.emit("maps", size=size, memory=memory)
        return block

    def reads(self, block: Block) -> None:
        self.emit("reads", contents=look(block).to_wire())

    def writes(self, block: Block, byte: int) -> None:
        fill(block, byte)
        self.emit("writes", contents=Contents.uniform(len(block), byte).to_wire())

    def forks(self) -> int:
        """``os.fork()``, on record in both processes."""
        self.about_to_fork()
        pid = os.fork()
        if pid == 0:
            self.becomes_child()
            self.is_born(returned=pid)
        else:
            self._reaped.discard(pid)  # an ID that the system has used again
            self.emit("forks", child=self.name_of_child(), returned=pid)
        return pid

    def about_to_fork(self) -> None:
        """Count in the parent, before the fork, so that the child knows its own number without a message."""
        self.forked += 1

    def name_of_child(self) -> str:
        """``child 1`` is the parent's first, ``child 1.1`` the first of that one."""
        return child_of(self.name, self.forked)

    def becomes_child(self) -> None:
        self.name, self.forked, self._reaped = self.name_of_child(), 0, set()

    def reaps(self, pid: int) -> None:
        """Wait for the child ``pid`` to end, once; report how it ended."""
        if pid not in self._reaped:
            _, status = os.waitpid(pid, 0)
            self._reaped.add(pid)
            self.emit("reaps", pid=pid, ended=os.waitstatus_to_exitcode(status))

    def ends(self, code: int) -> NoReturn:
        """Report the end and leave at once: unwinding would go on into a copy of the caller."""
        try:
            self.emit("ends", code=code)
        finally:
            os._exit(code)
