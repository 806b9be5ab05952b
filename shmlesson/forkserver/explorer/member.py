"""A process of one execution, as the scheduler knows it: its next step, and the channel to its gate."""

from __future__ import annotations

import _socket
import os
import re
import signal
import sys
import time
from math import inf
from os import close, kill, read, write  # by name: a traced program, and its hooks, replace some of them
from select import POLLIN, poll

from ...wire.descriptors import SocketOf
from ...wire.errors import BadMessage
from ...wire.messages import LONGEST, message_in, split
from ..standing import STANDS
from ..tracer.gate import BIRTH, word
from ..tracer.lines import NAME
from ..tracer.step import Op

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any


_open_handle, _send_signal = getattr(os, "pidfd_open", None), getattr(signal, "pidfd_send_signal", None)
_SAYS: dict[str, Any] = {  # the fields that a message may have
    **{"role": str, "printed": str, "held": dict, "ask": int, "born": int, "ended": int, "unseen": str},
    **dict.fromkeys(("line", "where"), (int, type(None))),
    **dict.fromkeys(("free", "ready", "away", "handles"), bool),
    **{"op": list, "reaped": list, "ids": list},
}
_OP = (str, str, int, int, bool)
NO_HANDLE, REAPED = -1, -2
_CREDENTIALS = getattr(_socket, "SO_PASSCRED", 0)  # have the system say who sends; see unix(7)
_CREDENTIALS_SIZE = 12  # bytes: a process, a user and a group
_AN_OP = ("", "", 0, 0, False)
_LOOK = 0.1  # seconds between two looks at a process that has not answered
MOST_LOOKS = 10  # at which it sleeps, one after the other: it waits for something that is not seen here
_FOR_A_LINE = 20  # milliseconds between two lines of what it says of its stack
_ON_AND_ON = 3.0  # seconds
_WAITING = "STtZ"  # it sleeps, is stopped, or has ended
_A_MOMENT = 20  # milliseconds in which a signal ends a process that it ends, where nobody can look
_LONG = 5.0  # seconds without an answer, where nobody can look
# A process to which this signal is sent says on its channel where it is, though it may wait in the system for ever.
WHERE = STANDS - 1 if STANDS else 0
_LINE = re.compile(rf'File "{re.escape(NAME)}", line (\d+)\D'.encode())


class TracedProcess:
    """One process of the program, as far as its messages say."""

    def __init__(self, role: str, fd: int, spare: int = -1) -> None:
        self.role, self.fd, self.pid = role, fd, 0
        self.handle = NO_HANDLE  # a pidfd: unlike the ID, it can never stand for another process; see pidfd_open(2)
        self.spare = spare  # our end of the channel of its first child
        self.ask = BIRTH  # the number of what it has asked for last
        self.free = False  # it takes its next step without waiting for a turn
        self.unread: list[dict[str, Any]] = []  # messages that have come and have not been looked at
        self.op: Op | None = None
        self.line: int | None = None
        self.ready = self.stuck = self.gone = False
        self.away = False  # in something that is not seen here, from which it does not come back
        self.computes = False  # if it did not answer: rather than sleep
        self.handles = False  # it has a handler of signals
        self.code: int | None = None
        self.printed: list[str] = []
        self.checked: object = None  # the moment at which it last said whether it could move
        self.spins: dict[tuple[Op, int | None, int], int] = {}
        self.ids: set[int] = set()  # of processes, that the system has given to it
        self._rest = b""
        self.poller = poll()
        self.poller.register(fd, POLLIN)

    def hear(self, looks: int = MOST_LOOKS) -> list[dict[str, Any]] | None:
        """Its next messages, however long it computes before; None if it waits for something that is not seen.

        It does if it sleeps at so many looks in a row; and if it computes on and on, and has a handler to end that.
        """
        if (messages := self.receive(_LOOK)) is not None:
            return messages  # as ever, but for very few
        if not (self.pid and _can_look(self.pid)):
            return self.receive(_LONG)
        before, asleep, until = None, 0, time.monotonic() + (_ON_AND_ON if self.handles else inf)
        while (messages := self.receive(_LOOK)) is None and asleep < looks and time.monotonic() < until:
            state, used = _state_of(self.pid)
            asleep = asleep + 1 if state in _WAITING and used == before else 0
            before = used
        self.computes = asleep < looks
        return messages

    def settle(self) -> bool:
        """Wait until it has taken the signals that were sent to it: it is gone, says something, or sleeps again.

        Whether it has said something, or is gone.
        """
        until = time.monotonic() + _LONG
        if not _can_look(self.pid):
            return bool(self.poller.poll(_A_MOMENT))
        while not (heard := bool(self.poller.poll(0))) and time.monotonic() < until:
            state, _ = _state_of(self.pid)
            if state == "S" and not self.poller.poll(0):
                return False
            self.poller.poll(1)
        return heard

    def where(self) -> int | None:
        """The learner's line that it is in, asked of a process that answers nothing else any more."""
        found = _LINE.search(self.stack())
        return int(found[1]) if found else self.line

    def stack(self) -> bytes:
        """What ``faulthandler`` writes of its stack; after that nothing else that it says can be read."""
        said = b""
        if not WHERE or _send_signal is None or self.handle < 0:
            return said
        try:
            _send_signal(self.handle, WHERE)
            while self.poller.poll(_FOR_A_LINE if said else _LONG * 1000) and (data := read(self.fd, 1 << 16)):
                said += data
        except OSError:
            pass  # it has ended
        return said

    def receive(self, seconds: float) -> list[dict[str, Any]] | None:
        """Its next messages; none at its end, None if nothing comes in time. ``BadMessage`` for what is no message."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._rest:
            if not self.poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
                return None
            try:
                data = read(self.fd, 1 << 16) if self.pid else self._read_first()
            except ConnectionResetError:
                data = b""  # it has ended, and left something unread
            if not data:
                self.gone, self.op = True, None
                return []
            self._rest += data
            if len(self._rest) > LONGEST:
                raise BadMessage(f"{self.role} says what has no end within {LONGEST} bytes")
        lines, self._rest = split(self._rest)
        return [self._message(line) for line in lines]

    def _read_first(self) -> bytes:
        """Its first bytes. Who has sent them is best asked of the system, where it can say: a program may lie."""
        if not _CREDENTIALS:
            return read(self.fd, 1 << 16)
        with SocketOf(self.fd) as channel:
            data, parts, _, _ = channel.recvmsg(1 << 16, _socket.CMSG_SPACE(_CREDENTIALS_SIZE))
        if data and parts:
            self.is_process(int.from_bytes(parts[0][2][:4], sys.byteorder))
        return data

    def is_process(self, pid: int) -> None:
        """It has this ID, as long as it has not been reaped."""
        self.pid = self.pid or pid
        if self.handle == NO_HANDLE and _open_handle:
            try:
                self.handle = _open_handle(self.pid)
            except ProcessLookupError:
                self.handle = REAPED

    def send(self, kind: bytes) -> None:
        """Answer its last ask; a process that has ended in the meantime needs no answer."""
        try:
            write(self.fd, word(kind, self.ask))
        except OSError:
            pass

    def wait_for_end(self, seconds: float) -> bool:
        """Wait up to so many seconds until it can be reaped; without pidfds, until its channel is closed."""
        if self.handle == NO_HANDLE:
            return self.gone or self.receive(seconds) is not None
        if self.handle == REAPED:
            return True
        poller = poll()
        poller.register(self.handle, POLLIN)
        return bool(poller.poll(seconds * 1000))

    def kill(self) -> None:
        """Kill it: this very process, where the system has pidfds, and no other one that has got its ID since."""
        try:
            if self.handle >= 0 and _send_signal:
                _send_signal(self.handle, signal.SIGKILL)
            elif self.handle == NO_HANDLE and self.pid:
                kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def close(self) -> None:
        """Give back its descriptors."""
        for fd in (self.fd, self.spare, self.handle):
            if fd >= 0:
                close(fd)

    def _message(self, line: bytes) -> dict[str, Any]:
        """The message in a line; ``BadMessage`` if the program has written there itself."""
        try:
            message: dict[str, Any] = message_in(line)
            right = all(isinstance(message[name], _SAYS[name]) for name in message)
            right = right and all(map(isinstance, message.get("op", _AN_OP), _OP))
            right = right and all(_is_pair(pair) for pair in message.get("reaped", ()))
        except (BadMessage, TypeError, KeyError):
            right = False
        if not right:
            raise BadMessage(f"{self.role} has written into a descriptor that is not its own: {repr(line[:40])[1:]}")
        if "born" in message:
            self.role = message.get("role", self.role)
        return message


def _can_look(pid: int) -> bool:
    return _state_of(pid)[0] != ""


def _state_of(pid: int) -> tuple[str, int]:
    """Whether it runs or sleeps, as a letter, and how much time of the processor it has used (see proc(5))."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            fields = stat.read().rpartition(b")")[2].split()  # the name before ")" may hold anything
    except OSError:
        return "", 0
    return fields[0].decode(), int(fields[11]) + int(fields[12])


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(number, int) for number in pair)


def pair() -> tuple[int, int]:
    """Both ends of a new channel: the scheduler's, and the process's."""
    one, other = _socket.socketpair()
    if _CREDENTIALS:
        one.setsockopt(_socket.SOL_SOCKET, _CREDENTIALS, 1)
    return one.detach(), other.detach()
