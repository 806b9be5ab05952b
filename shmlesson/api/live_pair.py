"""A parent and a child that stay alive: either writes at a command, and both say what they see then."""

from __future__ import annotations

import asyncio
import os
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from ..client.experiment import check_fork, why
from ..client.interrupts import undisturbed
from ..client.server import ForkServer
from ..client.settings import ROLES, block_call, check_block, check_timeout, check_write
from ..errors import ProcessLost, RunError, RunTimeout
from ..memory.contents import Contents
from ..trace.trace import Log, Run, how_it_ended
from ..wire.request import Command, Request

_NAMES = {"parent": "parent", "child": "child 1"}  # what a run calls them
_ANSWER = 5.0  # seconds in which both must have obeyed a command
_HOUR = 3600.0
_OUTPUT = 1 << 16  # characters


class LivePair:
    """A parent and its child, and a block that was mapped before the fork; for a ``with``, or until ``end()``.

    ``size``: bytes of the block, 1 to 256. ``memory``: ``"shared"`` or ``"private"`` mapping. ``timeout``: seconds
    after which both are ended. When this object is gone, or the kernel, so are they. Several threads may use it.
    """

    def __init__(self, size: int = 64, memory: str = "shared", *, timeout: float = _HOUR) -> None:
        check_timeout(timeout)
        self.size, self.memory = check_block(size, memory)
        self.timeout = timeout
        check_fork()
        self._lock = threading.Lock()
        self._log = _Latest(block_call("LivePair", self.size, self.memory))
        self._number = 0
        self._ended = ""
        self._notice: _Notice | None = None
        self._on_end: Callable[[], None] = lambda: None
        self._server = ForkServer()
        self._stop = weakref.finalize(self, self._server.stop)  # when the kernel ends, too
        _PAIRS.add(self)
        with self._lock, undisturbed():
            self._do(self._begin)

    def _begin(self) -> None:
        settings = {"size": self.size, "memory": self.memory}
        request = Request("live", settings, float(self.timeout), output=_OUTPUT, live=True, commands=True)
        self._server.begin(self._log, request)
        self._wait_for_both()

    @property
    def parent(self) -> Contents:
        """What the parent saw after the last command."""
        return self._log.seen["parent"]

    @property
    def child(self) -> Contents:
        """What the child saw after the last command."""
        return self._log.seen["child"]

    @property
    def run(self) -> Run:
        """What is known of both: process IDs, the last look of each, how they ended."""
        return self._log.run()

    @property
    def alive(self) -> bool:
        """Whether both are there; each is asked."""
        try:
            self.look()
        except RunError:
            return False
        return True

    @property
    def ended(self) -> str:
        """One sentence: why the pair is no more. Empty while nobody knows of an end."""
        return self._ended

    def look(self) -> None:
        """Have both look at the block; raises what ``write`` does."""
        self._command()

    def write(self, who: str, offset: int, data: bytes | str) -> None:
        """Have ``who`` (``"parent"`` or ``"child"``) write ``data`` at ``offset`` (bytes), and then both look.

        ``data`` is bytes, or ASCII text. Raises ``TypeError`` or ``ValueError`` for wrong input, before anything is
        written; ``ProcessLost``, ``RunTimeout`` or ``ServerLost`` if the pair is no more.
        """
        role, start, written = check_write(who, offset, data, self.size)
        self._command(who=_NAMES[role], offset=start, data=written)

    def watch(self, on_end: Callable[[], None]) -> None:
        """Call ``on_end`` as soon as the pair has ended although nobody ended it, where an event loop runs."""
        self._on_end = on_end
        receive = weakref.WeakMethod(self._receive_unasked)
        self._notice = _Notice(self._server.fileno(), lambda: (act := receive()) and act())

    def end(self) -> None:
        """Have both end by themselves, and reap them; whoever does not is killed. Ending twice does nothing more."""
        with self._lock, undisturbed():
            if not self._ended:
                try:
                    self._do(self._command_the_end)
                except RunError:
                    pass  # who does not end by himself has been killed

    def _command(self, **write: Any) -> None:
        """Send a command, and wait until both have reported."""
        with self._lock, undisturbed():
            if self._ended:
                raise ProcessLost(self._ended, self.run)
            self._number += 1
            self._do(self._ask, Command(self._number, **write))

    def _do(self, act: Callable[..., None], *arguments: Any) -> None:
        """Do something that ends the pair when it fails."""
        try:
            act(*arguments)
        except RunError as error:
            self._give_up(str(error))
            raise

    def _give_up(self, why: str) -> None:
        self._ended = why
        if self._notice:
            self._notice.cancel()
        self._stop()

    def _ask(self, command: Command) -> None:
        self._server.send(self._log, command)
        self._wait_for_both()

    def _wait_for_both(self) -> None:
        """Receive until both have reported what they saw after the last command."""
        deadline = time.monotonic() + _ANSWER
        while late := [role for role in ROLES if self._log.answered.get(role) != self._number]:
            if self._comes_to_the_end(deadline, late):
                raise self._loss()

    def _command_the_end(self) -> None:
        self._server.send(self._log, Command(self._number, end=True))
        deadline = time.monotonic() + _ANSWER
        while not self._comes_to_the_end(deadline, ROLES):
            pass
        self._give_up(f"{self._log.call} has ended, as it was told to")

    def _comes_to_the_end(self, deadline: float, late: list[str] | tuple[str, ...]) -> bool:
        try:
            return self._server.receive(self._log, deadline - time.monotonic(), self.timeout)
        except TimeoutError:
            said = f"{self._log.call} was ended: no answer within {_ANSWER:g} s from the {' and the '.join(late)}"
            raise RunTimeout(said, self.run) from None

    def _loss(self) -> RunError:
        """Why the pair ended, although nobody ended it."""
        run = self.run
        if run.stopped_after is not None:
            return RunTimeout(f"{run.call} was ended after {run.stopped_after:g} s (timeout= allows more)", run)
        lost = [process for process in run.processes if process.exit_code != 0]
        how = " and ".join(f"the {_role(process.name)} {how_it_ended(process)}" for process in lost)
        return ProcessLost(f"{run.call} has ended: {how or 'both exited with 0'}{why(run)}", run)

    def _receive_unasked(self) -> None:
        """Take what has come while nobody waited: it can only be about an end."""
        with self._lock, undisturbed():
            if self._ended or not self._has_ended_unasked():
                return
        self._on_end()

    def _has_ended_unasked(self) -> bool:
        try:
            while not self._server.receive(self._log, 0, self.timeout):
                pass
            self._give_up(str(self._loss()))
        except TimeoutError:
            return False  # nothing more has come
        except RunError as error:
            self._give_up(str(error))
        return True

    def _leave(self) -> None:
        """In a copy of the kernel: leave the pair to the original."""
        self._stop.detach()
        self._server.forget()
        self._lock, self._notice = threading.Lock(), None
        self._ended = f"{self._log.call} belongs to the process that this one is a copy of"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def __repr__(self) -> str:
        return f"<{self._ended or f'{self._log.call}: the parent sees {self.parent}, the child {self.child}'}>"


class _Notice:
    """Has the event loop that runs here call ``act`` whenever ``fd`` turns readable, until it is cancelled."""

    def __init__(self, fd: int, act: Callable[[], object]) -> None:
        self._fd = fd
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
            self._loop.add_reader(fd, act)
        except (RuntimeError, NotImplementedError):
            self._loop = None  # a plain program, or a loop that can only wait for sockets

    def cancel(self) -> None:
        """Look no longer; before the descriptor is closed, for its number may be given out again."""
        if self._loop:
            self._loop.remove_reader(self._fd)
            self._loop = None


class _Latest(Log):
    """A log that keeps the last look of each process only: there may be thousands."""

    def __init__(self, call: str) -> None:
        super().__init__(call)
        self.answered: dict[str, object] = {}  # the number of the command after which each last looked
        self.seen: dict[str, Contents] = {}

    def add(self, report: Mapping[str, Any]) -> None:
        super().add(report)
        if report["kind"] == "reads":
            role = _role(report["process"])
            self.seen[role] = Contents.from_wire(report["detail"]["contents"])
            self.answered[role] = report["detail"].get("command")
            self.reports[:] = [old for old in self.reports if old is report or not _is_look(old, role)]


def _is_look(report: Mapping[str, Any], role: str) -> bool:
    return report["kind"] == "reads" and _role(report["process"]) == role


def _role(name: str) -> str:
    return name.partition(" ")[0]


_PAIRS: weakref.WeakSet[LivePair] = weakref.WeakSet()


def _leave_all() -> None:
    for pair in list(_PAIRS):
        pair._leave()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_all)
