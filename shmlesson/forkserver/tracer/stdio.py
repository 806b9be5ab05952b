"""The screen of a program: what it prints is reported, as long as it still leads to the notebook."""

from __future__ import annotations

import codecs
import io
import os
from os import fstat  # by name: a program may replace it
from typing import TYPE_CHECKING, Any

from .hold import Hold
from .recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable

_PIECE = 1 << 16  # bytes of a print that go into one report
_ROOM, _NOTHING = io.DEFAULT_BUFFER_SIZE, 0  # bytes that wait in a buffer
_real_write = os.write
Identity = tuple[int, int]  # device and inode; see stat(2)


class Screen(io.RawIOBase):
    """Descriptor 1 or 2 of a program."""

    def __init__(self, recorder: Recorder, fd: int) -> None:
        self.recorder, self.fd = recorder, fd
        self.name = "<stderr>" if fd == 2 else "<stdout>"
        self.there = identity(fd)
        self.write_elsewhere: Callable[[int, Any], int] = _real_write

    def fileno(self) -> int:
        return self.fd

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if identity(self.fd) == self.there:
            return report_text(self.recorder, self.fd, data)
        return self.write_elsewhere(self.fd, data)  # the program has led it elsewhere, or closed it


class Buffer(io.BufferedWriter):
    """The buffer of a screen, or of a file. Python's own has a lock, which a child may inherit taken.

    This one is in the hold instead, and so is a fork. What it does with its bytes is what Python's does. And it can be
    asked what waits in it.
    """

    def __init__(self, raw: io.RawIOBase, hold: Hold, room: int = _ROOM) -> None:
        super().__init__(raw, room)
        self._hold, self._data, self._room = hold, b"", room
        self._collects = False  # what comes stays here, whatever happens

    def write(self, data: Any, /) -> int:
        if self.closed:
            raise ValueError("write to closed file")
        if isinstance(data, str):
            return super().write(data)  # type: ignore[arg-type]  # an error, and Python says so best
        new = memoryview(data).cast("B")
        with self._hold:
            if len(self._data) + len(new) > self._room:
                self._send(_NOTHING)
            self._data += new
            if len(self._data) > self._room:
                self._send(self._room)
        return len(new)

    def flush(self) -> None:
        if self.closed:
            raise ValueError("flush of closed file")
        with self._hold:
            self._send(_NOTHING)

    def _send(self, rest: int) -> None:
        """Send what waits, up to so many bytes."""
        view, sent = memoryview(self._data), 0
        try:
            while len(view) - sent > rest and not self._collects:
                sent += self.raw.write(view[sent : sent + self._room]) or 0
        finally:
            self._data = bytes(view[sent:])

    def tell(self) -> int:
        return super().tell() + len(self._data)

    def seek(self, target: int, whence: int = 0, /) -> int:
        self.flush()
        return super().seek(target, whence)

    def truncate(self, pos: int | None = None, /) -> int:
        self.flush()
        return super().truncate(pos)

    def detach(self) -> io.RawIOBase:
        self.flush()
        return super().detach()

    def __repr__(self) -> str:
        return super().__repr__().replace("<BufferedWriter", "<_io.BufferedWriter", 1)

    def collected(self, out: Any) -> bytes:
        """What ``out``, this or what writes into it, has been given and has not sent on; it goes on waiting."""
        self._collects = True
        try:
            out.flush()
        finally:
            self._collects = False
        return self._data


Buffer.__name__ = Buffer.__qualname__ = "BufferedWriter"
Buffer.__module__ = "_io"


def identity(fd: int) -> Identity | None:
    """What is behind a descriptor, as the system numbers it."""
    try:
        status = fstat(fd)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def report_text(recorder: Recorder, fd: int, data: Any) -> int:
    """Report a piece of ``data`` that ends with a whole character; give the number of bytes taken."""
    data = memoryview(data).cast("B")[:_PIECE]
    text, taken = codecs.utf_8_decode(data, "backslashreplace", False)
    if not taken:
        text, taken = codecs.utf_8_decode(data, "backslashreplace", True)
    try:
        recorder.prints(text, "stderr" if fd == 2 else "stdout")
    except OSError:
        return _real_write(fd, data)  # the program has closed the report pipe: the server reads the screen itself
    return taken


def stream(recorder: Recorder, fd: int) -> io.TextIOWrapper:
    """A text stream that behaves as in a terminal: out with every line (stderr: with every write)."""
    errors = "backslashreplace" if fd == 2 else "strict"
    out: Any = io.TextIOWrapper(
        Buffer(Screen(recorder, fd), recorder.hold),
        encoding="utf-8",
        errors=errors,
        line_buffering=True,
        write_through=fd == 2,
    )
    out.mode = "w"  # as io.open does
    return out  # type: ignore[no-any-return]


def in_the_buffer(out: io.TextIOWrapper) -> str:
    """What has been printed there and waits for the end of its line; it goes on waiting."""
    if out.closed:
        return ""
    buffer: Any = out.buffer
    waiting: bytes = buffer.collected(out)
    return waiting.decode("utf-8", "backslashreplace")
