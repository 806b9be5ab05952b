"""Whole messages over a descriptor: plain data, one JSON line each, never a pickle.

Nothing else makes such lines, or takes them apart: requests, answers and reports travel so, and what a process of an
explored program says to the scheduler.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import time
from _thread import get_ident
from collections.abc import Iterable
from os import getpid, read, write  # by name: a traced program replaces them, and reports must not be traced

from .errors import BadMessage

Message = dict[str, object]

_decode = json.JSONDecoder().decode
_encode = json.JSONEncoder(separators=(",", ":")).encode  # json.dumps would make a new encoder for each message

# A write of at most PIPE_BUF bytes is one piece even when several processes write (pipe(7)); POSIX promises 512.
_ATOMIC = getattr(select, "PIPE_BUF", 512)
_PART = (_ATOMIC - 64) // 2  # characters: quoting can double them, and the envelope needs room
MOST_IN_A_PIPE = 1 << 20  # bytes: what an unprivileged process may set (pipe(7))
LONGEST = 1 << 24  # bytes of one message: nothing that keeps coming without an end may fill the memory
_ALL_PARTS = 8 * LONGEST  # characters of messages that have begun and not ended: each of many processes may be at one


# Each process of a run writes into the same pipe, and they share no lock: whoever was killed while holding it would
# stop all others. What holds instead: no line is longer than PIPE_BUF, and such a write is one piece, whoever else
# writes (pipe(7)). A message that is longer goes as several lines, ``{"part": ..., "of": sender, "last": ...}``; the
# lines of others may come between them, and an inbox joins them by their sender. JSON in ASCII has no newline within,
# so a line that begins right ends right, and one that a program has written itself spoils no other.


def send(fd: int, message: Message) -> None:
    """Write ``message`` whole; a long one goes as several lines, so that other writers cannot land inside a line."""
    send_line(fd, line_of(message))


def send_line(fd: int, line: bytes) -> None:
    """The same for a message that has been made ready to travel."""
    if len(line) <= _ATOMIC:
        _write_all(fd, line)
        return
    text = line[:-1].decode("ascii")
    sender = f"{getpid()}.{get_ident()}"
    for start in range(0, len(text), _PART):
        last = start + _PART >= len(text)
        _write_all(fd, line_of({"part": text[start : start + _PART], "of": sender, "last": last}))


def send_all(fd: int, messages: Iterable[Message]) -> None:
    """Write many messages in one go, to a pipe that has no other writer."""
    _write_all(fd, b"".join(map(line_of, messages)))


def make_room(fd: int) -> None:
    """Have a pipe hold as much as it may, where the system lets us: its writers need not wait so soon."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):  # Linux
        try:
            fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, MOST_IN_A_PIPE)
        except OSError:
            pass  # this user has too many of such pipes


def close(*fds: int) -> None:
    """Close these descriptors."""
    for fd in fds:
        os.close(fd)


def line_of(message: Message) -> bytes:
    """``message`` as it travels."""
    return _encode(message).encode("ascii") + b"\n"


def split(data: bytes) -> tuple[list[bytes], bytes]:
    """The lines that are whole in ``data``, and what has begun after them; whoever reads on puts that in front."""
    *lines, rest = data.split(b"\n")
    return lines, rest


def message_in(line: bytes) -> Message:
    """The message that travels as ``line``; ``BadMessage`` if it is none."""
    try:
        message = _decode(line.decode())  # json.loads would look for the encoding first
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise BadMessage(f"a message is no JSON object: {_start(line)}")
    return message


def _write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[write(fd, data) :]


class Outbox:
    """The write end of a pipe, which never blocks: what the reader has no room for waits here."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)  # of this end alone; whoever shares it must not count on a write that waits
        self.fd = fd
        self._unsent = bytearray()

    @property
    def waiting(self) -> bool:
        """Whether there is something that has not been sent yet."""
        return bool(self._unsent)

    def put(self, data: bytes) -> bool:
        """Send ``data`` after what waits, as far as there is room; True if nothing waits now."""
        self._unsent += data
        return self.flush()

    def flush(self) -> bool:
        """Send as much as there is room for; True if nothing waits any more."""
        while self._unsent:
            try:
                del self._unsent[: write(self.fd, self._unsent)]
            except BlockingIOError:
                return False
        return True

    def close(self) -> None:
        """Close it; what waits is lost."""
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1
        self._unsent.clear()

    def send(self, data: bytes, deadline: float) -> None:
        """Send all of it, in the time of ``time.monotonic`` until ``deadline``; then ``TimeoutError``."""
        done = self.put(data)
        poller = select.poll()
        poller.register(self.fd, select.POLLOUT)
        while not done:
            if not poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise TimeoutError
            done = self.flush()


class Inbox:
    """The read end of a pipe of messages. ``closed`` turns true at end of file."""

    def __init__(self, fd: int, read: bytes = b"") -> None:
        self.fd = fd
        self.closed = False
        self._read = read
        self._parts: dict[str, list[str]] = {}
        self._begun = 0  # characters in them

    @property
    def waiting(self) -> int:
        """How many bytes have been read and wait for ``messages``."""
        return len(self._read)

    def receive(self) -> list[Message]:
        """Read once, and give the messages that are whole by now; raise ``BadMessage`` for what is none."""
        self.fetch()
        return self.messages()

    def fetch(self, most: int = 1 << 16) -> int:
        """Read what is there, once, and keep it for ``messages``; how many bytes that were."""
        try:
            data = read(self.fd, most)
        except BlockingIOError:
            return 0
        self.closed = not data
        self._read += data
        return len(data)

    def messages(self) -> list[Message]:
        """The messages that are whole by now; raise ``BadMessage`` for what is none, once."""
        lines, rest = split(self._read)
        self._read = b"" if self.closed or len(rest) > LONGEST else rest
        if len(rest) > LONGEST:
            raise BadMessage(f"a message has no end within {LONGEST} bytes: {_start(rest)}")
        if self.closed and rest:
            raise BadMessage(f"a message was cut short after {len(rest)} bytes: {_start(rest)}")
        return [message for line in lines if (message := self._join(message_in(line))) is not None]

    def take(self) -> str:
        """What was fetched and has not been given out, as text, for ``parse`` in another process."""
        data, self._read = self._read, b""
        return data.decode("utf-8", "backslashreplace")

    def _join(self, message: Message) -> Message | None:
        """The message itself; or, when it is one part of a long one, the long one once it is whole."""
        if "part" not in message:
            return message
        sender = str(message.get("of"))
        parts = self._parts.setdefault(sender, [])
        parts.append(str(message["part"]))
        self._begun += len(parts[-1])
        if len(parts) * _PART > LONGEST or self._begun > _ALL_PARTS:
            self._parts, self._begun = {}, 0
            raise BadMessage(f"a message has no end within {LONGEST} bytes: {_start(parts[0].encode())}")
        if message.get("last"):
            whole = "".join(self._parts.pop(sender))
            self._begun -= len(whole)
            return message_in(whole.encode())
        return None


def parse(text: str) -> list[Message]:
    """The messages in ``text``; raise ``BadMessage`` for what is none."""
    inbox = Inbox(-1, text.encode())
    inbox.closed = True  # nothing more will come
    return inbox.messages()


def _start(line: bytes) -> str:
    return repr(line[:40].decode("utf-8", "backslashreplace"))
