"""The screen of a program: what it prints is reported, as long as it still leads to the notebook."""

from __future__ import annotations

import codecs
import io
import os
from typing import Any

from .teller import Teller

_PIECE = 1 << 16  # bytes of a print that one report tells of
_real_write = os.write
Identity = tuple[int, int]  # device and inode; see stat(2)


class Screen(io.RawIOBase):
    """Descriptor 1 or 2 of a program."""

    def __init__(self, me: Teller, fd: int) -> None:
        self.me, self.fd = me, fd
        self.name = "<stderr>" if fd == 2 else "<stdout>"
        self.there = identity(fd)
        self.caught: list[bytes] | None = None  # while it looks what is still in the buffer

    def fileno(self) -> int:
        return self.fd

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self.caught is not None:
            self.caught.append(bytes(data))
            return len(self.caught[-1])
        if identity(self.fd) == self.there:
            return report_text(self.me, self.fd, data)
        return _real_write(self.fd, data)  # the program has led it elsewhere, or closed it


def identity(fd: int) -> Identity | None:
    """What is behind a descriptor, as the system numbers it."""
    try:
        status = os.fstat(fd)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def report_text(me: Teller, fd: int, data: Any) -> int:
    """Report a piece of ``data`` that ends with a whole character; give the number of bytes taken."""
    data = memoryview(data).cast("B")[:_PIECE]
    text, taken = codecs.utf_8_decode(data, "backslashreplace", False)
    if not taken:
        text, taken = codecs.utf_8_decode(data, "backslashreplace", True)
    try:
        me.prints(text, "stderr" if fd == 2 else "stdout")
    except OSError:
        return _real_write(fd, data)  # the program has closed the report pipe: the server reads the screen itself
    return taken


def stream(me: Teller, fd: int) -> io.TextIOWrapper:
    """A text stream that behaves as in a terminal: out with every line (stderr: with every write)."""
    errors = "backslashreplace" if fd == 2 else "strict"
    out: Any = io.TextIOWrapper(
        io.BufferedWriter(Screen(me, fd)), encoding="utf-8", errors=errors, line_buffering=True, write_through=fd == 2
    )
    out.mode = "w"  # as io.open does
    return out  # type: ignore[no-any-return]


def in_the_buffer(out: io.TextIOWrapper) -> str:
    """What has been printed there and waits for the end of its line; it goes on waiting."""
    if out.closed:
        return ""
    buffer: Any = out.buffer
    caught: list[bytes] = []
    buffer.raw.caught = caught
    try:
        out.flush()
    finally:
        buffer.raw.caught = None
    buffer.write(b"".join(caught))
    return b"".join(caught).decode("utf-8", "backslashreplace")
