"""Whole messages over a descriptor: plain data, one JSON line each, never a pickle."""

from __future__ import annotations

import json
import os
import select
from _thread import get_ident
from collections.abc import Iterable
from os import write  # by name: a traced program replaces os.write, and reports must not be traced

from .errors import BadMessage

Message = dict[str, object]

_decode = json.JSONDecoder().decode
_encode = json.JSONEncoder(separators=(",", ":")).encode  # json.dumps would make a new encoder for each message

# A write of at most PIPE_BUF bytes is one piece even when several processes write (pipe(7)); POSIX promises 512.
_ATOMIC = getattr(select, "PIPE_BUF", 512)
_PART = (_ATOMIC - 64) // 2  # characters: quoting can double them, and the envelope needs room
_LONGEST = 1 << 24  # bytes of one message: nothing that keeps coming without an end may fill the memory


def send(fd: int, message: Message) -> None:
    """Write ``message`` whole; a long one goes as several lines, so that other writers cannot land inside a line."""
    line = _line(message)
    if len(line) <= _ATOMIC:
        _write_all(fd, line)
        return
    text = line[:-1].decode("ascii")
    sender = f"{os.getpid()}.{get_ident()}"
    for start in range(0, len(text), _PART):
        last = start + _PART >= len(text)
        _write_all(fd, _line({"part": text[start : start + _PART], "of": sender, "last": last}))


def send_all(fd: int, messages: Iterable[Message]) -> None:
    """Write many messages in one go, to a pipe that has no other writer."""
    _write_all(fd, b"".join(map(_line, messages)))


def close(*fds: int) -> None:
    """Close these descriptors."""
    for fd in fds:
        os.close(fd)


def _line(message: Message) -> bytes:
    return _encode(message).encode("ascii") + b"\n"


def _write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[write(fd, data) :]


class Inbox:
    """The read end of a pipe of messages. ``closed`` turns true at end of file."""

    def __init__(self, fd: int, read: bytes = b"") -> None:
        self.fd = fd
        self.closed = False
        self._read = read
        self._parts: dict[str, list[str]] = {}

    @property
    def waiting(self) -> int:
        """How many bytes have been read and wait for ``messages``."""
        return len(self._read)

    def receive(self) -> list[Message]:
        """Read once, and give the messages that are whole by now; raise ``BadMessage`` for what is none."""
        self.fetch()
        return self.messages()

    def fetch(self) -> None:
        """Read what is there, once, and keep it for ``messages``."""
        try:
            data = os.read(self.fd, 1 << 16)
        except BlockingIOError:
            return
        self.closed = not data
        self._read += data

    def messages(self) -> list[Message]:
        """The messages that are whole by now; raise ``BadMessage`` for what is none, once."""
        *lines, rest = self._read.split(b"\n")
        self._read = b"" if self.closed or len(rest) > _LONGEST else rest
        if len(rest) > _LONGEST:
            raise BadMessage(f"a message has no end within {_LONGEST} bytes: {_start(rest)}")
        if self.closed and rest:
            raise BadMessage(f"a message was cut short after {len(rest)} bytes: {_start(rest)}")
        return [message for line in lines if (message := self._join(_parse(line))) is not None]

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
        if len(parts) * _PART > _LONGEST:
            raise BadMessage(f"a message has no end within {_LONGEST} bytes: {_start(parts[0].encode())}")
        if message.get("last"):
            return _parse("".join(self._parts.pop(sender)).encode())
        return None


def parse(text: str) -> list[Message]:
    """The messages in ``text``; raise ``BadMessage`` for what is none."""
    inbox = Inbox(-1, text.encode())
    inbox.closed = True  # nothing more will come
    return inbox.messages()


def _parse(line: bytes) -> Message:
    try:
        message = _decode(line.decode())  # json.loads would look for the encoding first
    except ValueError:
        message = None
    if not isinstance(message, dict):
        raise BadMessage(f"a message is no JSON object: {_start(line)}")
    return message


def _start(line: bytes) -> str:
    return repr(line[:40].decode("utf-8", "backslashreplace"))
