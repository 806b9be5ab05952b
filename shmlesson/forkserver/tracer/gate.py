"""A process's end of the channel to the scheduler: before each step that others can notice it asks for its turn.

The protocol. The process sends lines of JSON: an ask has a number, the step, the learner's line, and whether the step
would go through now. The scheduler answers with words of nine bytes, a letter and the number of the ask: go; go, and as
you are alone do not ask for reads and writes; would it go through now (a probe); what do your blocks hold. Probes are
answered under the same number, until the turn comes. What was printed, who was reaped, and which process IDs the
program has got goes along with the next line, whatever it is.

Why numbers: a signal handler can run while its process waits for a turn, and ask for turns of its own. Then words for
the ask that was interrupted may still be on their way. So a word for an ask that has been overtaken is dropped, and
whoever was interrupted asks again. The invariant: a process acts only on a word that answers its last ask. While a
line is written, a word is read, or a fork is done, handlers are held back (see ``Hold``).

The channel of a child comes as a descriptor along with the turn to fork (SCM_RIGHTS, see unix(7)).
"""

from __future__ import annotations

import _socket
from _thread import get_ident
from os import close, dup2, getpid, kill, write  # by name, as the others: a program may replace any of them
from select import POLLIN, poll
from signal import SIGKILL, pause

from ...wire.descriptors import receive_descriptors
from ...wire.kinds import steps_with
from ...wire.messages import line_of
from ..reporter import REPORT
from .hold import Hold
from .lines import where
from .step import op_of

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, NoReturn

CHANNEL = REPORT + 3  # the descriptor of the channel to the scheduler, as far out of a program's way
# That of the first child's, which comes with the channel: so a program that is begun ahead, while another order comes
# to its end, also forks ahead. Without, an exploration takes some 5 % longer (wall-clock time, measured in turns).
SPARE = CHANNEL + 1
TRACKER = CHANNEL + 2  # leads to the process that keeps account of memory with a name: one for all orders
# What the scheduler says: your turn; yours, and as you are alone, go on; could you now; what do your blocks hold.
GO, GO_ON, PROBE, SHOW = b"g", b"a", b"?", b"h"
BIRTH = 0  # the number of a new child's wait for its first turn; its asks have the next ones
_NUMBER = 8  # bytes of a number in a word
_FREE = steps_with("free")
_MOST_SLEEPS = 10_000  # one after the other, without a step in between: it polls something that is not seen
UNSEEN = "does something that takes no turns"


def word(kind: bytes, ask: int) -> bytes:
    """What the scheduler answers to the ask with this number.

    No line of JSON, as all else on a pipe is: a word has one length, so a process can take just this one off the
    channel, and the descriptor that may come with it, even if a signal handler has taken the first half of it.
    """
    return kind + ask.to_bytes(_NUMBER, "little")


class _Ask:
    """A step that a process waits for its turn to take; ``ready``: whether it would go through now."""

    def __init__(self, op: dict[str, Any], ready: Callable[[], bool]) -> None:
        self.op, self.ready, self.number = op, ready, BIRTH

    def could(self) -> bool:
        try:
            return bool(self.ready())
        except Exception:
            return True  # it would go through, to its error


class Gate:
    """The gate of the process that it lives in. ``unrecorded``: no events are reported, the scheduler knows enough."""

    def __init__(self, role: str, unrecorded: bool) -> None:
        self.role, self.unrecorded = role, unrecorded
        self.hold = Hold()
        self.begun = False  # it has had a turn: its execution is the one that moves
        self.unseen = False  # something happens here that takes no turns
        self.handles = False  # the program has a handler of signals
        self._sleeps = 0  # since the last turn
        self.contents: Callable[[], Mapping[str, object]] = dict
        self.memory: list[Callable[[], Iterable[object]]] = []  # what has the contents: blocks, values
        self._kept: list[object] = []
        self._thread = get_ident()  # the one that takes turns
        self._asked = BIRTH  # the number of the last ask
        self._waiting: _Ask | None = None
        self._next = -1
        self._alone = True  # before the first fork
        self._spare = SPARE  # comes with the channel, so that the first fork needs no turn either
        self._cut = False  # the program has closed the channel, and goes on as it would alone
        self._channel: _socket.socket | None = None
        self._word = b""  # as far as it has come
        self._printed: list[str] = []
        self._reaped: list[tuple[int, int]] = []
        self._ids: list[int] = []  # of processes, that the scheduler does not know of yet

    def keep_memory(self) -> None:
        """Have the program's blocks last until this process has ended: what they hold then is part of the outcome.

        Not one whose class says what is to be done when it goes.
        """
        things = (thing for there in self.memory for thing in there())
        self._kept = [thing for thing in things if thing is not None and not hasattr(type(thing), "__del__")]

    def mark_incomplete(self, why: str = UNSEEN, line: int | None = None) -> None:
        """Report to the scheduler, now, that something here takes no turns: it may miss outcomes.

        ``why`` goes on with what the learner's ``line`` does, which is the one that has led here unless it is given.
        """
        if not self.unseen:
            self.unseen = True
            self._send(unseen=why, where=line or where()[0])

    def bars(self, why: str, line: int | None = None) -> NoReturn:
        """Report that the program cannot be explored, as it is about to do this, and go no further."""
        self._send(away=True, unseen=why, where=line or where()[0])
        while True:
            pause()

    def sleeps(self) -> None:
        """A sleep, which takes no time. Whoever sleeps on and on polls what is not seen here."""
        self._sleeps += 1
        if self._sleeps > _MOST_SLEEPS:
            self.bars("polls something that takes no turns")

    def prints(self, text: str) -> None:
        """Have what was printed reported to the scheduler; call it in the hold."""
        self._printed.append(text)

    def reaped(self, detail: Mapping[str, Any]) -> None:
        """Have it reported to the scheduler who was reaped, and how that one had ended; call it in the hold."""
        self._reaped.append((detail["pid"], detail["ended"]))

    def knows(self, pid: int) -> int:
        """Have it reported to the scheduler that the program has got this process ID, and may print it; the ID."""
        if pid > 0:
            self._ids.append(pid)
        return pid

    def wait_for_turn(
        self,
        kind: str,
        thing: str = "",
        at: str = "",
        start: int = 0,
        stop: int = 0,
        ready: Callable[[], bool] = lambda: True,
        line: int | None = None,
    ) -> None:
        """Announce the next step, and return when it is this process's turn.

        ``kind`` is one of ``STEPS``, ``at`` the sort of the thing; ``ready``: whether the step would go through now.
        """
        if get_ident() != self._thread:
            self.mark_incomplete("starts a thread, which takes no turns")
            return
        self._sleeps = 0
        free = self._alone and kind in _FREE
        self._ask_for(_Ask({"op": op_of(kind, thing, at, start, stop), "line": line, "free": free}, ready))

    def _ask_for(self, ask: _Ask) -> None:
        """Ask, and return with the word that it is this process's turn."""
        if ask.op["free"]:
            self._send_ask(ask)
            return
        before, self._waiting = self._waiting, ask
        try:
            self._send_ask(ask)
            word = b""
            while not self._cut and (word := self._receive(ask)) not in (GO, GO_ON):
                with self.hold:
                    self._answer(ask, word)
            self._alone, self.begun = word == GO_ON, True
        finally:
            self._waiting = before

    def _send_ask(self, ask: _Ask) -> None:
        with self.hold:
            self._asked = ask.number = self._asked + 1
            self._send(**ask.op, ask=ask.number, ready=ask.could())

    def _answer(self, ask: _Ask, word: bytes) -> None:
        if word == SHOW:
            self._send(ask=ask.number, held=self.contents())
        else:
            self._send(ask=ask.number, ready=ask.could())

    def interrupted(self) -> None:
        """A signal handler has run: if it interrupted a wait, and took turns, ask again for what was waited for."""
        with self.hold:
            if self._waiting and self._waiting.number != self._asked:
                self._send_ask(self._waiting)

    def before_fork(self) -> None:
        """Wait for the turn to fork, in the hold; the channel of the child comes with it."""
        if get_ident() != self._thread:
            self.bars("forks in a thread, which takes no turns")
        free, self._next, self._spare = self._spare >= 0, self._spare, -1
        self._alone = False
        self._ask_for(_Ask({"op": op_of("forks"), "line": None, "free": free}, lambda: True))

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
            self._receive(_Ask({}, lambda: True))  # its parent reports the fork first: a replay is the same each time

    def is_born(self) -> None:
        """Report to the scheduler which process this is."""
        self._send(born=getpid(), **({"handles": True} if self.handles else {}))

    def has_handler(self) -> None:
        """Report to the scheduler that from now on a signal, or the end of a child, may call a handler here."""
        if not self.handles:
            self.handles = True
            self._send(handles=True)

    def ends(self, code: int) -> None:
        """Wait for the turn to end, and report the end, and what the blocks held."""
        self.wait_for_turn("ends", self.role)
        self._send(ended=code, held=self.contents())

    def _send(self, **message: object) -> None:
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

    def _receive(self, ask: _Ask) -> bytes:
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
    """The scheduler is gone, or has given this execution up."""
    while True:
        kill(getpid(), SIGKILL)
