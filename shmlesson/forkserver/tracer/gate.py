"""One process's end of a schedule: before each act that others can notice it says which, and waits for its turn.

A signal handler can run while its process waits for a turn, and ask for turns of its own. So each ask has a number, and
a word from the scheduler names the ask that it answers: a word for one that has been overtaken is dropped, and whoever
was interrupted asks again. The invariant: a process acts only on a word that answers the last thing it has asked for.
While something is said, or taken off the channel, handlers are held back, and during a fork (see ``Hold``).
"""

from __future__ import annotations

import _socket
from _thread import get_ident
from os import close, dup2, getpid, kill, write  # by name, as the others: a program may replace any of them
from select import POLLIN, poll
from signal import SIGKILL, pause

from ...wire.descriptors import receive_descriptors
from ...wire.messages import line_of
from ..reporter import REPORT
from .hold import Hold

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, NoReturn

CHANNEL = REPORT + 3  # the descriptor of the channel to the scheduler, as far out of a program's way
# That of the first child's, which comes with the channel: so a program that is begun ahead, while another order comes
# to its end, also forks ahead. Without, an exploration takes some 5 % longer (wall-clock time, measured in turns).
SPARE = CHANNEL + 1
# What the scheduler says: your turn; yours, and as you are alone, go on; could you now; what do your blocks hold.
GO, GO_ON, PROBE, SHOW = b"g", b"a", b"?", b"h"
BIRTH = 0  # what a child that is born waits for has this number; what it asks for, the next ones
_NUMBER = 8  # bytes of a number in a word
_FREE = frozenset({"reads", "writes"})  # what a process need not ask for while it is alone: it cannot wait there


def word(kind: bytes, ask: int) -> bytes:
    """What the scheduler answers to the ask with this number.

    No line of JSON, as all else on a pipe is: a word has one length, so a process can take just this one off the
    channel, and the descriptor that may come with it, even if a signal handler has taken the first half of it.
    """
    return kind + ask.to_bytes(_NUMBER, "little")


class _Ask:
    """What a process waits for its turn to do; ``ready``: whether that would go through."""

    def __init__(self, op: dict[str, Any], ready: Callable[[], bool]) -> None:
        self.op, self.ready, self.number = op, ready, BIRTH

    def could(self) -> bool:
        try:
            return bool(self.ready())
        except Exception:
            return True  # it would go through, to its error


class Gate:
    """The channel of the process that it lives in. ``unrecorded``: what happens is told to the scheduler alone."""

    def __init__(self, role: str, unrecorded: bool) -> None:
        self.role, self.unrecorded = role, unrecorded
        self.hold = Hold()
        self.begun = False  # it has been told to go on: its order is the one that moves
        self.unseen = False  # something happens here that takes no turns
        self.contents: Callable[[], Mapping[str, object]] = dict
        self._thread = get_ident()  # the one that takes turns
        self._asked = BIRTH  # the number of the last ask
        self._waiting: _Ask | None = None
        self._next = -1
        self._alone = True  # before the first fork
        self._spare = SPARE  # comes with the channel, so that the first fork need not be asked for either
        self._cut = False  # the program has closed the channel, and goes on as it would alone
        self._channel: _socket.socket | None = None
        self._word = b""  # as far as it has come
        self._printed: list[str] = []
        self._reaped: list[tuple[int, int]] = []
        self._ids: list[int] = []  # of processes, that the scheduler has not heard of

    def sees_not_all(self) -> None:
        """Have the scheduler hear, now, that something happens here that takes no turns: more may come of it."""
        if not self.unseen:
            self.unseen = True
            self._say(unseen=True)

    def prints(self, text: str) -> None:
        """Have the scheduler hear what was printed; in the hold."""
        self._printed.append(text)

    def reaped(self, detail: Mapping[str, Any]) -> None:
        """Have the scheduler hear who was reaped, and how that one had ended; in the hold."""
        self._reaped.append((detail["pid"], detail["ended"]))

    def knows(self, pid: int) -> int:
        """Have the scheduler hear that the program has got this process ID: it may print it. The ID itself."""
        if pid > 0:
            self._ids.append(pid)
        return pid

    def wait_for_turn(
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
        self._ask_for(_Ask({"op": [kind, thing, start, stop, changes], "line": line, "free": free}, ready))

    def _ask_for(self, ask: _Ask) -> None:
        """Ask, and return with the word that it is this process's turn."""
        if ask.op["free"]:
            self._say_ask(ask)
            return
        before, self._waiting = self._waiting, ask
        try:
            self._say_ask(ask)
            word = b""
            while not self._cut and (word := self._hear(ask)) not in (GO, GO_ON):
                with self.hold:
                    self._answer(ask, word)
            self._alone, self.begun = word == GO_ON, True
        finally:
            self._waiting = before

    def _say_ask(self, ask: _Ask) -> None:
        with self.hold:
            self._asked = ask.number = self._asked + 1
            self._say(**ask.op, ask=ask.number, ready=ask.could())

    def _answer(self, ask: _Ask, word: bytes) -> None:
        if word == SHOW:
            self._say(ask=ask.number, held=self.contents())
        else:
            self._say(ask=ask.number, ready=ask.could())

    def interrupted(self) -> None:
        """A signal handler has run: if it came in the middle of a wait, and took turns, ask again for that one."""
        with self.hold:
            if self._waiting and self._waiting.number != self._asked:
                self._say_ask(self._waiting)

    def gives_up(self) -> None:
        """Have this order be given up: what comes now cannot be part of it."""
        self._say(away=True)
        while True:
            pause()

    def before_fork(self) -> None:
        """Wait for the turn to fork, in the hold; the channel of the child comes with it."""
        if get_ident() != self._thread:
            self.gives_up()
        free, self._next, self._spare = self._spare >= 0, self._spare, -1
        self._alone = False
        self._ask_for(_Ask({"op": ["forks", "", 0, 0, False], "line": None, "free": free}, lambda: True))

    def after_fork(self) -> None:
        """In the parent: the channel is the child's alone."""
        if self._next >= 0:
            close(self._next)
        self._next = -1

    def becomes_child(self, role: str) -> None:
        """In the child: take the channel that is its own."""
        self._cut = self._next < 0
        if not self._cut:
            dup2(self._next, CHANNEL, inheritable=False)
        self.after_fork()
        self.role, self._printed, self._reaped, self._ids, self._alone = role, [], [], [], False
        self._waiting, self._asked, self._thread = None, BIRTH, get_ident()
        self.is_born()
        if not self.unrecorded:
            self._hear(_Ask({}, lambda: True))  # whoever forked it prints first: a drawn order is the same each time

    def is_born(self) -> None:
        """Have the scheduler hear who is on the other end."""
        self._say(born=getpid())

    def ends(self, code: int) -> None:
        """Wait for the turn to end, and say what there was to the last."""
        self.wait_for_turn("ends", self.role)
        self._say(ended=code, held=self.contents())

    def _say(self, **message: object) -> None:
        with self.hold:
            if self._printed:
                message["printed"], self._printed = "".join(self._printed), []
            if self._reaped:
                message["reaped"], self._reaped = self._reaped, []
            if self._ids:
                message["ids"], self._ids = self._ids, []
            data = line_of({"role": self.role, **message})
            try:
                while data and not self._cut:
                    data = data[write(CHANNEL, data) :]
            except BrokenPipeError:
                _leave()
            except OSError:
                self._cut = True

    def _hear(self, ask: _Ask) -> bytes:
        """The next word that answers this ask; none if the channel is cut.

        A handler may have taken the word that came, and its own: so nothing is taken that is not there.
        """
        poller = poll()
        poller.register(CHANNEL, POLLIN)
        while not self._cut:
            poller.poll()  # handlers run here
            with self.hold:
                number, kind = self._take()
            if number == ask.number:  # by now: a handler that was held back has run, and may have overtaken the ask
                return kind
        return b""

    def _take(self) -> tuple[int, bytes]:
        """The word that is there, if one is, and the number of the ask that it answers."""
        try:
            self._channel = self._channel or _socket.socket(fileno=CHANNEL)
            data, fds = receive_descriptors(self._channel, _NUMBER + 1 - len(self._word), 1, _socket.MSG_DONTWAIT)
        except BlockingIOError:
            return -1, b""
        except ConnectionResetError:
            data, fds = b"", []
        except OSError:
            self._cut = True
            return -1, b""
        if not data:
            _leave()
        if fds:
            self.after_fork()
            self._next = fds[0]
        self._word += data
        if len(self._word) <= _NUMBER:
            return -1, b""
        word, self._word = self._word, b""
        return int.from_bytes(word[1:], "little"), word[:1]


def _leave() -> NoReturn:
    """Whoever decides about turns is gone, or has given this order up."""
    while True:
        kill(getpid(), SIGKILL)
