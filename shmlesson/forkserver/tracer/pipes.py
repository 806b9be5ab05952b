"""The pipes of a program: a send is reported before it is done, a receive after, and a wait where there is one."""

from __future__ import annotations

import io
import os
import stat
import sys
from fcntl import ioctl  # by name, as the others: a program may replace any of them
from functools import partial
from os import fstat, get_blocking
from select import POLLERR, POLLIN, POLLOUT, poll
from termios import FIONREAD

from .hooks import like, replace
from .recorder import Recorder
from .stdio import Identity, identity, report_text

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_read, _write, _pipe, _open, _close = os.read, os.write, os.pipe, io.open, os.close
_ROOM = 1 << 16  # bytes that a pipe holds unless its size is set; see pipe(7)


def count_of(data: Any) -> int | None:
    """How many bytes have come: what a read gives is them, their number, or a tuple that begins with one of these.

    None for what is None: the pipe does not block, and there was nothing.
    """
    first = data[0] if isinstance(data, tuple) else data
    return first if first is None or isinstance(first, int) else len(first)


class Channels:
    """All pipes that this process knows of: their names, by what is behind a descriptor, for each of the two ends."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.incoming: dict[Identity | None, str] = {}
        self.outgoing: dict[Identity | None, str] = {}
        self.screen = identity(1)
        self.open = _opens(self)

    def install(self) -> None:
        """Have every new pipe be known, and its reads and writes be reported, whatever does them."""
        for act in (self.pipe, self.read, self.write, *([self.close] if self.recorder.gate else [])):
            replace(os, act.__name__, like(_function(act), getattr(os, act.__name__)))
        if hasattr(os, "readinto"):  # from Python 3.14 on
            replace(os, "readinto", like(self._reads_into(os.readinto), os.readinto))
        replace(io, "open", self.open)

    def pipe(self, *arguments: Any, **options: Any) -> tuple[int, int]:
        ends = _pipe(*arguments, **options)
        caller = sys._getframe(2)  # of what stands in the place of os.pipe
        if _for_itself(caller.f_globals.get("__name__", "")):
            return ends
        name = self.recorder.name_for("pipe")
        self.incoming[identity(ends[0])] = self.outgoing[identity(ends[1])] = name
        self.recorder.record("makes", at="pipe", name=name)
        return ends

    def pair(self, one: int, other: int, sort: str) -> None:
        """Two sockets that are connected are two pipes."""
        name = self.recorder.name_for(sort)
        there, back = identity(one), identity(other)
        self.outgoing[there] = self.incoming[back] = name
        self.outgoing[back] = self.incoming[there] = f"the way back of {name}"
        self.recorder.record("makes", at="pipe", name=name)

    def read(self, *arguments: Any, **options: Any) -> bytes:
        name = name_of(self.incoming, arguments[0]) if len(arguments) == 2 and _is_size(arguments[1]) else None
        if name is None:
            return _read(*arguments, **options)
        return self.receive(arguments[0], name, lambda: _read(*arguments))  # type: ignore[no-any-return]

    def _reads_into(self, readinto: Callable[..., int]) -> Callable[..., int]:
        def read_into(*arguments: Any, **options: Any) -> int:
            name = name_of(self.incoming, arguments[0]) if len(arguments) == 2 and _has_room(arguments[1]) else None
            if name is None:
                return readinto(*arguments, **options)
            return self.receive(arguments[0], name, lambda: readinto(*arguments))  # type: ignore[no-any-return]

        return read_into

    def close(self, *arguments: Any, **options: Any) -> None:
        """Closing an end is a step: the other end's reader may come to the end of the pipe, its writer to an error."""
        fd = arguments[0] if arguments else options.get("fd")
        self.before_close(fd)
        _close(*arguments, **options)

    def before_close(self, fd: Any) -> None:
        """Wait until it is this process's turn to close it, if it is an end of a pipe."""
        if self.recorder.gate and (name := name_of(self.incoming, fd) or name_of(self.outgoing, fd)):
            self.recorder.wait_for_turn("closes", name, at="pipe")

    def receive(
        self,
        fd: int,
        name: str,
        read: Callable[[], Any],
        count: Callable[[Any], int | None] = count_of,
        turn: bool = True,
    ) -> Any:
        """What ``read`` gives, which is a receive of so many bytes; of none, if ``count`` gives None.

        ``turn`` is false for what takes no turn, or takes them by itself.
        """
        with self.recorder.act("receives", name, at="pipe", turn=turn, ready=lambda: not _would_wait(fd)) as act:
            if (turn or not self.recorder.gate) and _would_wait(fd):
                act.begins_to_wait()
            data = read()
            came = count(data)
            act.happened = came is not None
            act.says(count=came)
            return data

    def write(self, *arguments: Any, **options: Any) -> int:
        fd, data = as_bytes(*arguments)
        there = identity(fd)
        if there is None or data is None:
            return _write(*arguments, **options)
        if there == self.screen:
            return self._print(fd, data)
        name = self.outgoing.get(there)
        return _write(fd, data) if name is None else self.send(fd, name, data)

    def send(self, fd: int, name: str, data: memoryview) -> int:
        """Write as much as the program would alone: all of it, where the pipe blocks.

        Where a scheduler decides, a long write takes a turn for each piece that there is room for: in one piece
        it would wait for its reader, who cannot move meanwhile.
        """
        size, in_pieces = len(data), self.recorder.gate and get_blocking(fd)

        def ready() -> bool:
            return not in_pieces or _room(fd) > 0

        with self.recorder.act("sends", name, at="pipe", count=size, ready=ready) as act:
            if not in_pieces:
                return _write(fd, data)
            while data := data[_write(fd, data[: _room(fd)]) :]:
                act.wait_for_turn()
        return size

    def _print(self, fd: int, data: memoryview) -> int:
        """A write to the screen is a print, too, and is reported as one, in order with the others."""
        taken = 0
        while taken < len(data):  # at once, as a write to a pipe does that blocks
            taken += report_text(self.recorder, fd, data[taken:])
        return taken


def _function(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method as a function, which can pass for another one, in a pickle too."""

    def function(*arguments: Any, **options: Any) -> Any:
        return method(*arguments, **options)

    return function


def _is_size(length: Any) -> bool:
    """Whether this is a number of bytes to read; a read of 0 bytes says nothing about the pipe."""
    return isinstance(length, int) and length > 0


def _has_room(buffer: Any) -> bool:
    """The same for the buffer that they are read into."""
    try:
        with memoryview(buffer) as view:
            return view.nbytes > 0 and not view.readonly
    except TypeError:
        return False


def as_bytes(fd: Any = None, data: Any = None, *more: Any) -> tuple[int, memoryview | None]:
    """The descriptor, and the bytes that are written; None for what is an error, or nothing."""
    try:
        view = memoryview(data if getattr(data, "_name", None) is None else bytes(data)).cast("B")
    except TypeError:
        return -1, None
    return (fd, view) if isinstance(fd, int) and len(view) and not more else (-1, None)


def _for_itself(module: str) -> bool:
    """Whether a library makes this pipe for purposes of its own."""
    return module.split(".")[0] in ("multiprocessing", "subprocess") and module != "multiprocessing.connection"


def name_of(names: dict[Identity | None, str], fd: Any) -> str | None:
    """The name, among these, of the pipe behind a descriptor; None for what is no known pipe."""
    try:
        status = fstat(fd)
    except (OSError, TypeError, OverflowError):
        return None
    kinds = stat.S_ISFIFO(status.st_mode) or stat.S_ISSOCK(status.st_mode)
    return names.get((status.st_dev, status.st_ino)) if kinds else None


def _would_wait(fd: int) -> bool:
    """Whether a read would wait for something to come."""
    poller = poll()
    poller.register(fd, POLLIN)
    return get_blocking(fd) and not poller.poll(0)


def _room(fd: int) -> int:
    """Bytes that can be written without a wait; all, where the other end is closed: that is an error at once."""
    poller = poll()
    poller.register(fd, POLLOUT)
    events = poller.poll(0)
    if not events or events[0][1] & POLLERR:
        return _ROOM if events else 0
    waiting = bytearray(4)
    ioctl(fd, FIONREAD, waiting)
    return max(1, _ROOM - int.from_bytes(waiting, "little"))


def _opens(channels: Channels) -> Callable[..., Any]:
    """``open`` as ever; given a pipe's descriptor, what it gives reports what is read and written through it."""

    class Pipe(io.FileIO):
        def readinto(self, buffer: Any, /) -> int | None:
            if (name := name_of(channels.incoming, self.fileno())) is None:
                return super().readinto(buffer)
            return channels.receive(self.fileno(), name, partial(super().readinto, buffer))  # type: ignore[no-any-return]

        def read(self, size: int | None = -1, /) -> Any:
            if size is None or size < 0:
                return self.readall()
            data = bytearray(size)
            count = self.readinto(data)
            return None if count is None else bytes(data[:count])

        def readall(self) -> Any:
            pieces: list[bytes] = []
            while piece := self.read(1 << 16):
                pieces.append(piece)
            return b"".join(pieces) if pieces or piece is not None else None

        def close(self) -> None:
            if not self.closed:
                channels.before_close(self.fileno())
            super().close()

        def write(self, data: Any, /) -> Any:
            fd, view = as_bytes(self.fileno(), data)
            if view is None or (name := name_of(channels.outgoing, fd)) is None:
                return super().write(data)
            try:
                return channels.send(fd, name, view)
            except BlockingIOError:
                return None

    def opens(
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        names = channels.outgoing if set(mode) & set("wax+") else channels.incoming
        if not isinstance(file, int) or name_of(names, file) is None:
            return _open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        _open(file, mode, buffering, encoding, errors, newline, False).close()  # to its errors, if it has any
        raw: Any = Pipe(file, mode.replace("b", "").replace("t", ""), closefd)
        if buffering == 0:
            return raw
        size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
        buffered = io.BufferedReader(raw, size) if raw.readable() else io.BufferedWriter(raw, size)
        if "b" in mode:
            return buffered
        text: Any = io.TextIOWrapper(buffered, encoding, errors, newline, buffering == 1)
        text.mode = mode
        return text

    return like(opens, _open)
