"""One process's end of a schedule: before each act that others can notice it says which, and waits for its turn."""

from __future__ import annotations

import json
import os
import signal
from _thread import get_ident
from os import close, dup2, kill, read, write  # by name: a traced program replaces some of them

from .child import REPORT

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, NoReturn

CHANNEL = REPORT + 3  # the descriptor of the channel to the scheduler, as far out of a program's way
SPARE = CHANNEL + 1  # that of the first child's
# What the scheduler says: your turn; yours, and as you are alone, go on; could you now; what do your blocks hold.
GO, GO_ON, PROBE, SHOW = b"g", b"a", b"?", b"h"
_FREE = frozenset({"reads", "writes"})  # what a process need not ask for while it is alone: it cannot wait there
_encode = json.JSONEncoder(separators=(",", ":")).encode


class Turns:
    """The channel of the process that it lives in. ``quiet``: what happens is told to the scheduler alone."""

    def __init__(self, role: str, quiet: bool) -> None:
        self.role, self.quiet = role, quiet
        self.begun = False  # it has been told to go on: its order is the one that moves
        self.unseen = False  # something happens here that takes no turns
        self.contents: Callable[[], Mapping[str, object]] = dict
        self._thread = get_ident()  # the one that takes turns
        self._waiting: tuple[dict[str, Any], Callable[[], bool]] | None = None  # what it has asked for, and if it could
        self._again = False  # a signal handler has asked for something else meanwhile
        self._next = -1
        self._alone = True  # before the first fork
        self._spare = SPARE  # comes with the channel, so that the first fork need not be asked for either
        self._printed: list[str] = []
        self._reaped: list[tuple[int, int]] = []

    def sees_not_all(self) -> None:
        """Have the scheduler hear, now, that something happens here that takes no turns: more may come of it."""
        if not self.unseen:
            self.unseen = True
            self._say(unseen=True)

    def prints(self, text: str) -> None:
        """Have the scheduler hear what was printed."""
        self._printed.append(text)

    def reaped(self, detail: Mapping[str, Any]) -> None:
        """Have the scheduler hear who was reaped, and how that one had ended."""
        self._reaped.append((detail["pid"], detail["ended"]))

    def wait(
        self,
        kind: str,
        thing: str,
        start: int = 0,
        stop: int = 0,
        changes: bool = True,
        ready: Callable[[], bool] = lambda: True,
        line: int | None = None,
    ) -> None:
        """Say what comes next, and return when it is this process's turn; ``ready``: whether that would go through."""
        if get_ident() != self._thread:
            self.sees_not_all()  # threads are not scheduled
            return
        free = self._alone and kind in _FREE
        before, self._again = self._waiting, self._waiting is not None
        asked = {"op": [kind, thing, start, stop, changes], "line": line, "free": free}
        self._say(**asked, ready=_asked(ready))
        if free:
            return
        self._waiting = asked, ready
        try:
            self._wait_for_word(ready)
        finally:
            self._waiting = before

    def _wait_for_word(self, ready: Callable[[], bool]) -> None:
        while (word := self._hear()) not in (GO, GO_ON):
            if word == SHOW:
                self._say(held=self.contents())
            else:
                self._say(ready=_asked(ready))
        self._alone, self.begun = word == GO_ON, True

    def interrupted(self) -> None:
        """A signal handler has run: if it came in the middle of a wait, and took turns, ask again for that one."""
        if self._waiting and self._again:
            asked, ready = self._waiting
            self._say(**asked, ready=_asked(ready))
        self._again = False

    def gives_up(self) -> None:
        """Have this order be given up: what comes now cannot be part of it."""
        self._say(away=True)
        while True:
            signal.pause()

    def before_fork(self) -> None:
        """Wait for the turn to fork; the channel of the child comes with it."""
        if get_ident() != self._thread:
            self.gives_up()
        free, self._next, self._spare = self._spare >= 0, self._spare, -1
        self._alone = False
        self._say(op=["forks", "", 0, 0, False], line=None, ready=True, free=free)
        if free:
            return
        from .descriptors import SocketOf, receive_descriptors

        self.begun = True
        with SocketOf(CHANNEL) as channel:
            _, fds = receive_descriptors(channel, 1, 1)
        self._next = fds[0] if fds else -1

    def after_fork(self) -> None:
        """In the parent: the channel is the child's alone."""
        if self._next >= 0:
            close(self._next)
        self._next = -1

    def becomes_child(self, role: str) -> None:
        """In the child: take the channel that is its own."""
        dup2(self._next, CHANNEL, inheritable=False)
        self.after_fork()
        self.role, self._printed, self._reaped, self._alone = role, [], [], False
        self._waiting, self._thread = None, get_ident()
        self.is_born()
        if not self.quiet:
            self._hear()  # whoever forked it prints first: an order that is drawn is the same each time

    def is_born(self) -> None:
        """Have the scheduler hear who is on the other end."""
        self._say(born=os.getpid())

    def ends(self, code: int) -> None:
        """Wait for the turn to end, and say what there was to the last."""
        self.wait("ends", self.role)
        self._say(ended=code, held=self.contents())

    def _say(self, **message: object) -> None:
        if self._printed:
            message["printed"], self._printed = "".join(self._printed), []
        if self._reaped:
            message["reaped"], self._reaped = self._reaped, []
        data = _encode({"role": self.role, **message}).encode("ascii") + b"\n"
        try:
            while data:
                data = data[write(CHANNEL, data) :]
        except BrokenPipeError:
            _leave()

    def _hear(self) -> bytes:
        word = read(CHANNEL, 1)
        if not word:
            _leave()
        return word


def _leave() -> NoReturn:
    """Whoever decides about turns is gone, or has given this order up."""
    while True:
        kill(os.getpid(), signal.SIGKILL)


def _asked(ready: Callable[[], bool]) -> bool:
    try:
        return bool(ready())
    except Exception:
        return True  # it would go through, to its error
