"""The pipes of a program: a send is reported before it is done, a receive after, and a wait where there is one."""

from __future__ import annotations

import io
import os
import sys
from binascii import crc32
from fcntl import ioctl  # by name, as the others: a program may replace any of them
from functools import partial
from os import get_blocking
from select import PIPE_BUF, POLLERR, POLLIN, POLLOUT, poll
from termios import FIONREAD

from ..reporter import REPORT
from .descriptors import UNSEEN, behind, key_of
from .hooks import like, replace
from .recorder import Recorder
from .stdio import Identity, identity, report_text

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_read, _write, _open, _close = os.read, os.write, io.open, os.close
_OURS = 5  # descriptors from that of the reports on
_FLAGS = {"r": os.O_RDONLY, "w": os.O_WRONLY, "a": os.O_WRONLY}
_ROOM = 1 << 16  # bytes that a pipe holds unless its size is set; see pipe(7)


def count_of(data: Any) -> int | None:
    """How many bytes have come: what a read gives is them, their number, or a tuple that begins with one of these.

    None for what is None: the pipe does not block, and there was nothing.
    """
    first = data[0] if isinstance(data, tuple) else data
    return first if first is None or isinstance(first, int) else len(first)


def _number_in(data: Any) -> int:
    """The number that is written into an eventfd, or read from it."""
    return 1 if isinstance(data, int) else int.from_bytes(data, sys.byteorder)


def sum_of(data: Any) -> dict[str, Any]:
    """A checksum of a short message, as a detail: of two that are sent at once it tells which has been received."""
    data = data[0] if isinstance(data, tuple) else data
    data = data.getbuffer() if isinstance(data, io.BytesIO) else data
    if not isinstance(data, bytes | bytearray | memoryview) or not 0 < memoryview(data).nbytes <= PIPE_BUF:
        return {}
    return {"sum": crc32(data)}


class Channels:
    """All pipes that this process knows of: their names, by what is behind a descriptor, for each of the two ends."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.incoming: dict[Identity | None, str] = {}
        self.outgoing: dict[Identity | None, str] = {}
        self.openings: set[str] = set()  # of those, where processes only meet
        # Those that libraries have made for purposes of their own; the first of them are ours.
        self._inner: set[Identity | None] = {identity(fd) for fd in range(REPORT, REPORT + _OURS)}
        self.screen = identity(1)
        self.open = _opens(self)
        self.opened: Callable[..., Any] = lambda path, flags, act, opener: None  # opens a path, if it is a FIFO's

    def install(self) -> None:
        """Have every new pipe be known, and its reads and writes be reported, whatever does them."""
        hooks = [self.read, self.write, *([self.close] if self.recorder.gate else [])]
        for act in hooks:
            replace(os, act.__name__, like(_function(act), getattr(os, act.__name__)))
        for name in {"pipe", "pipe2"} & vars(os).keys():
            replace(os, name, like(self._makes(getattr(os, name)), getattr(os, name)))
        if hasattr(os, "readinto"):  # from Python 3.14 on
            replace(os, "readinto", like(self._reads_into(os.readinto), os.readinto))
        replace(io, "open", self.open)

    def name_in(self, fd: Any) -> str | None:
        """The name of what can be read from a descriptor; None for what is no pipe, nor the like."""
        return self._name(self.incoming, fd)

    def name_out(self, fd: Any) -> str | None:
        """The name of what is written to through a descriptor; None for what is no pipe, nor the like."""
        return self._name(self.outgoing, fd)

    def _name(self, names: dict[Identity | None, str], fd: Any) -> str | None:
        """A pipe that this process has not seen being made may have come from another: it is named by what it is."""
        sort, there = behind(fd)
        if there is None or there in self._inner or there == self.screen:
            return None
        return names.get(there) or f"{'unknown pipe' if sort == 'pipe' else sort}{key_of(there)}"

    def _makes(self, make: Callable[..., tuple[int, int]]) -> Callable[..., tuple[int, int]]:
        def pipe(*arguments: Any, **options: Any) -> tuple[int, int]:
            ends = make(*arguments, **options)
            caller = sys._getframe(1)
            sort = self._sort_for(caller.f_globals.get("__name__", ""), caller.f_code.co_name)
            if sort:
                self.name(ends[0], self.recorder.name_for(sort))
            else:
                self._inner.add(identity(ends[0]))
            return ends

        return pipe

    def _sort_for(self, module: str, function: str) -> str:
        """What a pipe is called that this function makes; empty for one that a library makes for its own purposes."""
        if function == "_get_handles" and module == "subprocess" and not self.recorder.gate:
            return "pipe of a program"
        return "" if _for_itself(module) else "pipe"

    def name(self, fd: int, name: str, **more: object) -> None:
        """What is behind this descriptor is new, and both ends of it have this name."""
        there = behind(fd)[1]
        self._inner.discard(there)  # the number of one that was closed
        self.incoming[there] = self.outgoing[there] = name
        self.recorder.record("makes", at="pipe", name=name, **({"key": key_of(there)} if there else {}), **more)

    def pair(self, one: int, other: int, sort: str) -> None:
        """Two sockets that are connected are two pipes."""
        name = self.recorder.name_for(sort)
        self.connect(identity(one), identity(other), name, f"the way back of {name}")
        self.recorder.record("makes", at="pipe", name=name)

    def connect(self, one: Identity | None, other: Identity | None, there: str, back: str) -> None:
        """What goes ``there`` leads from one socket to the other; either may be in another process: then it is None."""
        self.outgoing[one] = self.incoming[other] = there
        self.outgoing[other] = self.incoming[one] = back

    def read(self, *arguments: Any, **options: Any) -> bytes:
        if len(arguments) != 2 or not _is_size(arguments[1]):
            return _read(*arguments, **options)
        return self.take(arguments[0], lambda: _read(*arguments))  # type: ignore[no-any-return]

    def take(self, fd: Any, read: Callable[[], Any], into: bool = False) -> Any:
        """What ``read`` gives, which reads this descriptor, whatever it is; see ``receive``."""
        sort, there = behind(fd)
        if sort == "unseen":
            return self._take_unseen(fd, read)
        name = self.name_in(fd) if there else None
        if name is None:
            return read()
        return self.receive(fd, name, read, _number_in if sort == "eventfd" else count_of, into=into)

    def _take_unseen(self, fd: int, read: Callable[[], Any]) -> Any:
        """Somebody has sent that, and nobody knows who, or after what."""
        if self.recorder.gate:
            self.recorder.gate.mark_incomplete()
        with self.recorder.act("notices", UNSEEN, at="unseen", turn=False) as act:
            if would_wait(fd):
                act.begins_to_wait()
            data = read()
            act.happened = count_of(data)
            return data

    def _reads_into(self, readinto: Callable[..., int]) -> Callable[..., int]:
        def read_into(*arguments: Any, **options: Any) -> int:
            if len(arguments) != 2 or not has_room(arguments[1]):
                return readinto(*arguments, **options)
            return self.take(arguments[0], lambda: readinto(*arguments), into=True)  # type: ignore[no-any-return]

        return read_into

    def close(self, *arguments: Any, **options: Any) -> None:
        """Closing an end is a step: the other end's reader may come to the end of the pipe, its writer to an error."""
        fd = arguments[0] if arguments else options.get("fd")
        self.before_close(fd)
        _close(*arguments, **options)

    def before_close(self, fd: Any) -> None:
        """Wait until it is this process's turn to close it, if it is an end of a pipe."""
        if self.recorder.gate and (name := self.name_in(fd) or self.name_out(fd)):
            self.recorder.wait_for_turn("closes", name, at="pipe")

    def receive(
        self,
        fd: int,
        name: str,
        read: Callable[[], Any],
        count: Callable[[Any], int | None] = count_of,
        turn: bool = True,
        into: bool = False,
    ) -> Any:
        """What ``read`` gives, which is a receive of so many bytes; of none, if ``count`` gives None.

        ``turn`` is false for what takes no turn, or takes them by itself. ``into``: it reads into a buffer, which may
        be a view of a block.
        """
        with self.recorder.act("receives", name, at="pipe", turn=turn, ready=lambda: not would_wait(fd)) as act:
            if (turn or not self.recorder.gate) and would_wait(fd):
                act.begins_to_wait()
            data = read()
            if into:
                self.recorder.record_view_writes()
            came = count(data)
            act.happened = came is not None
            act.says(count=came, **sum_of(data))
            return data

    def look(self, fd: int, name: str, read: Callable[[], Any]) -> Any:
        """What ``read`` gives, which leaves there what it has read."""
        with self.recorder.act("notices", name, at="pipe", turn=False) as act:
            if would_wait(fd):
                act.begins_to_wait()
            return read()

    def write(self, *arguments: Any, **options: Any) -> int:
        fd, data = as_bytes(*arguments)
        sort, there = behind(fd) if data is not None else ("", None)
        if there is None or data is None:
            return _write(*arguments, **options)
        if there == self.screen:
            return self._print(fd, data)
        name = self.name_out(fd)
        if name is None:
            return _write(fd, data)
        return self.send(fd, name, data) if sort != "eventfd" else self.add(fd, name, _number_in(data), data)

    def add(self, fd: int, name: str, number: int, data: memoryview) -> int:
        """Add a number to an eventfd; whoever reads it takes the sum."""
        with self.recorder.act("sends", name, at="pipe", count=number):
            return _write(fd, data)

    def send(self, fd: int, name: str, data: memoryview) -> int:
        """Write as much as the program would alone: all of it, where the pipe blocks.

        Where a scheduler decides, a long write takes a turn for each piece that there is room for: in one piece
        it would wait for its reader, who cannot move meanwhile.
        """
        if not get_blocking(fd):
            room = _room(fd)
            if not room:
                return _write(fd, data)  # to its error: nothing is sent
            data = data[:room] if len(data) > PIPE_BUF else data
        size, in_pieces = len(data), self.recorder.gate and get_blocking(fd)

        def ready() -> bool:
            return not in_pieces or _room(fd) > 0

        with self.recorder.act("sends", name, at="pipe", count=size, ready=ready, **sum_of(data)) as act:
            if not in_pieces:
                return _write(fd, data)
            while data := data[_write(fd, data[: _room(fd)]) :]:
                act.wait_for_turn()
        return size

    def write_elsewhere(self, fd: int, data: Any) -> int:
        """Write what is printed, where the program has led its screen to a pipe; in the hold, so without a turn."""
        name, size = self.name_out(fd), memoryview(data).nbytes
        if name and size:
            self.recorder.record("sends", at="pipe", name=name, count=size)
        return _write(fd, data)

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


def has_room(buffer: Any) -> bool:
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


def would_wait(fd: int) -> bool:
    """Whether a read would wait for something to come."""
    poller = poll()
    poller.register(fd, POLLIN)
    return get_blocking(fd) and not poller.poll(0)


def is_at_its_end(fd: int) -> bool:
    """Whether what can be read there is the end: of a pipe or a connection that all others have closed."""
    poller = poll()
    poller.register(fd, POLLIN)
    try:
        return not waiting_in(fd) and bool(poller.poll(0))
    except OSError:
        return False  # it has no bytes


def waiting_in(fd: int) -> int:
    """Bytes that are in a pipe."""
    waiting = bytearray(4)
    ioctl(fd, FIONREAD, waiting)
    return int.from_bytes(waiting, sys.byteorder)


def _room(fd: int) -> int:
    """Bytes that can be written without a wait; all, where the other end is closed: that is an error at once."""
    poller = poll()
    poller.register(fd, POLLOUT)
    events = poller.poll(0)
    if not events or events[0][1] & POLLERR:
        return _ROOM if events else 0
    return max(1, _ROOM - waiting_in(fd))


def _opens(channels: Channels) -> Callable[..., Any]:
    """``open`` as ever; given a pipe's descriptor, what it gives reports what is read and written through it."""

    class Pipe(io.FileIO):
        def readinto(self, buffer: Any, /) -> int | None:
            if (name := channels.name_in(self.fileno())) is None:
                return super().readinto(buffer)
            read = partial(super().readinto, buffer)
            return channels.receive(self.fileno(), name, read, into=has_room(buffer))  # type: ignore[no-any-return]

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
            if view is None or (name := channels.name_out(fd)) is None:
                return super().write(data)
            try:
                return channels.send(fd, name, view)
            except BlockingIOError:
                return None

    Pipe.__name__ = Pipe.__qualname__ = "FileIO"
    Pipe.__module__ = "_io"

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
        letters = mode.replace("b", "").replace("t", "") if isinstance(mode, str) else ""
        raw: Any = None
        if isinstance(file, int):
            if (channels.name_in(file) or channels.name_out(file)) is not None:
                _open(file, mode, buffering, encoding, errors, newline, False).close()  # to its errors, if it has any
                raw = Pipe(file, letters, closefd)
        elif letters in _FLAGS and closefd:

            def at_path() -> Any:
                _open(os.devnull, mode, buffering, encoding, errors, newline).close()  # to its errors, if it has any
                return Pipe(file, letters, True, opener)

            raw = channels.opened(file, _FLAGS[letters], at_path, opener)
        if raw is None:
            return _open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        return _as_file(raw, mode, buffering, encoding, errors, newline)

    opens.Pipe = Pipe  # type: ignore[attr-defined]
    return like(opens, _open)


def standard_input(channels: Channels, real: Any) -> Any:
    """Descriptor 0 as ``sys.stdin``, which reports what it reads once the program has led a pipe there."""
    raw = channels.open.Pipe(0, "r", False)  # type: ignore[attr-defined]
    raw.name = real.name
    return _as_file(raw, real.mode, -1, real.encoding, real.errors, None)


def _as_file(raw: Any, mode: str, buffering: int, encoding: str | None, errors: str | None, newline: str | None) -> Any:
    """What ``open`` gives, around what reads and writes."""
    if buffering == 0:
        return raw
    size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
    buffered = io.BufferedReader(raw, size) if raw.readable() else io.BufferedWriter(raw, size)
    if "b" in mode:
        return buffered
    text: Any = io.TextIOWrapper(buffered, encoding, errors, newline, buffering == 1)
    text.mode = mode
    return text
