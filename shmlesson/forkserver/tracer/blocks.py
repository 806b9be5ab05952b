"""The anonymous blocks of a program: who reads and writes which bytes, and whichever way."""

from __future__ import annotations

import mmap
import operator
import struct
import sys
import weakref
from functools import partial
from types import ModuleType

from ...memory.block import look
from .hooks import like, replace
from .recorder import Recorder
from .view_writes import ViewWrites

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from .coalescing import Coalesced

_real = mmap.mmap
_SMALL = 1 << 16  # bytes of a block of which a copy is kept, so that writes through views are found
_SHOWN = 1 << 20  # bytes of a block whose contents are asked for at the end


class Blocks:
    """All blocks that this process knows of, each with a copy that every write that is seen goes into, too."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._known: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self.named: dict[str, tuple[str, mmap.mmap | None]] = {}  # by a SharedMemory's own name
        self._view_writes = ViewWrites()

    def install(self) -> None:
        """Have every new block be one that tells."""
        mmap.mmap = _recording(self)  # type: ignore[misc]
        replace(struct, "pack_into", self._packs(struct.pack_into))
        replace(struct, "unpack_from", self._unpacks(struct.unpack_from))
        self.recorder.before_recording, self.recorder.passed = self.look_for_views, self.look_anew
        self.recorder.before_threads = self._end_the_quick_way
        if self.recorder.gate:
            self.recorder.gate.contents = self.contents

    def add(self, block: Any, memory: str) -> None:
        """Tell of a new block, and keep a copy of it if it is small."""
        self._enter(block, memory, self.recorder.name_for("block"), self._copied(len(block), memory))

    def attach(self, block: Any, key: str) -> None:
        """Tell of a named block; one that was seen before keeps its name and its copy."""
        with self.recorder.hold:
            if key not in self.named:
                self.named[key] = self.recorder.name_for("block"), self._copied(len(block), "named")
            self._enter(block, "named", *self.named[key])

    def _copied(self, size: int, memory: str) -> mmap.mmap | None:
        private = mmap.MAP_PRIVATE if memory == "private" else mmap.MAP_SHARED
        return _real(-1, size, flags=private | mmap.MAP_ANONYMOUS) if self.recorder.records and size <= _SMALL else None

    def _enter(self, block: Any, memory: str, name: str, copy: mmap.mmap | None) -> None:
        with self.recorder.hold:
            block._name, block._memory, block._viewed, block._copy = name, memory, False, copy
            self.recorder.record("maps", size=len(block), memory=memory, block=name)
            self._known[id(block)] = block

    def _end_the_quick_way(self) -> None:
        """What another thread may do between any two steps must be in the hold."""
        for block in self.known():
            block._saw = block._wrote = None

    def known(self) -> list[Any]:
        """Those that are there and open, in the order in which they were made."""
        there = [reference() for reference in self._known.valuerefs()]
        return [block for block in there if block is not None and not block.closed]

    def look_for_views(self) -> None:
        """Tell of views that were taken, and of bytes that were changed through them."""
        for block in self.known():
            if not block._viewed and _is_viewed(block):
                self.view(block)
        viewed = self._viewed()
        mine = bool(viewed) and self._view_writes.could_have()
        for block in viewed:
            for start, stop in _changes(block) if mine else ():
                block._copy[start:stop] = data = _real.__getitem__(block, slice(start, stop))
                self.recorder.record_view_write(block._name, start, look(data))
            block._seen = _real.__getitem__(block, slice(None))

    def look_anew(self) -> None:
        """What has been written to blocks until now is somebody else's, or told."""
        viewed = self._viewed()
        for block in viewed:
            block._seen = _real.__getitem__(block, slice(None))
        if viewed:
            self._view_writes.could_have()

    def _viewed(self) -> list[Any]:
        return [block for block in self.known() if block._viewed and block._copy is not None]

    def view(self, block: Any) -> None:
        """Tell of a view; what is done through it takes no turns, so not all orders can be seen."""
        block._viewed, block._wrote, block._seen = True, None, b"" if block._copy is None else block._copy[:]
        if self.recorder.gate:
            self.recorder.gate.sees_not_all()
        self.recorder.record("views", block=block._name)

    def contents(self) -> Mapping[str, object]:
        """What each block holds now, by its name; a private one by its process, too."""
        return {
            _of(block, self.recorder.name): look(_real.__getitem__(block, slice(None))).to_wire()
            for block in sorted(self.known(), key=lambda block: block._name)
            if len(block) <= _SHOWN
        }

    def _packs(self, pack: Callable[..., None]) -> Callable[..., None]:
        def pack_into(*arguments: Any, **options: Any) -> Any:
            buffer, start, stop = _packed(*arguments)
            return buffer._writes(start, stop, pack, *arguments) if buffer is not None else pack(*arguments, **options)

        return like(pack_into, pack)

    def _unpacks(self, unpack: Callable[..., Any]) -> Callable[..., Any]:
        def unpack_from(*arguments: Any, **options: Any) -> Any:
            buffer, start, stop = _packed(*arguments, **options)
            act = partial(unpack, *arguments, **options)
            return buffer._reads(start, stop, act) if buffer is not None else act()

        return like(unpack_from, unpack)


def _packed(format: Any = None, buffer: Any = None, offset: Any = 0, *values: Any) -> tuple[Any, int, int]:
    """The block that is meant, and which bytes of it; None for a buffer that is no block, and for what is an error."""
    if getattr(buffer, "_name", None) is None:
        return None, 0, 0
    try:
        size = len(buffer)
        start = offset + size if offset < 0 else offset
        return buffer, start, start + struct.calcsize(format)
    except (TypeError, ValueError, struct.error):
        return None, 0, 0


class _ViewKind(type):
    """Of a class that passes for ``memoryview``."""

    blocks: Blocks

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        view = memoryview(*arguments, **options)
        if getattr(view.obj, "_viewed", None) is False:
            cls.blocks.view(view.obj)
        return view

    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, memoryview)

    def __subclasscheck__(cls, kind: type) -> bool:
        return kind is cls or issubclass(kind, memoryview)

    def __eq__(cls, other: object) -> bool:
        return other is memoryview or other is cls

    def __hash__(cls) -> int:
        return hash(memoryview)

    def __repr__(cls) -> str:
        return repr(memoryview)

    def __getattr__(cls, name: str) -> Any:
        return getattr(memoryview, name)


def views_of(blocks: Blocks) -> type:
    """``memoryview`` as ever, but that a block's first is told; the others are found in time."""
    return _ViewKind("memoryview", (), {"__doc__": memoryview.__doc__, "__module__": "builtins", "blocks": blocks})


def _of(block: Any, role: str) -> str:
    return f"{block._name} of {role}" if block._memory == "private" else str(block._name)


def _is_viewed(block: Any) -> bool:
    """Whether somebody holds a view: then a block says so, before it looks at the size that it is to have."""
    try:
        _real.resize(block, -1)
    except BufferError:
        return True
    except (ValueError, TypeError, SystemError, OSError):
        pass
    return False


def _changes(block: Any) -> Iterator[tuple[int, int]]:
    """The ranges that this process has changed since it looked last, as far as it has not been told by whoever did."""
    before, told, now = block._seen, block._copy[:], _real.__getitem__(block, slice(None))
    if now in (before, told):
        return
    start = None
    for offset in range(len(now) + 1):
        if offset < len(now) and now[offset] not in (before[offset], told[offset]):
            start = offset if start is None else start
        elif start is not None:
            yield start, offset
            start = None


class _Kind(type):
    """Of a class whose instances are called ``mmap.mmap`` in messages, as those of the real one are."""

    @property
    def __name__(cls) -> str:
        return str(type.__dict__["__name__"].__get__(cls)).rpartition(".")[2]

    @__name__.setter
    def __name__(cls, name: str) -> None:
        type.__dict__["__name__"].__set__(cls, name)


class _Items:
    """A block as the old sequence that it is iterated over as: each item is one byte long."""

    def __init__(self, block: Any) -> None:
        self._block = block

    def __len__(self) -> int:
        return len(self._block)

    def __getitem__(self, index: int) -> Any:
        return bytes([self._block[index]])


def _recording(blocks: Blocks) -> type[mmap.mmap]:
    """``mmap.mmap`` as ever, which tells of what is done with anonymous blocks."""
    recorder, get, put, caller = blocks.recorder, _real.__getitem__, _real.__setitem__, sys._getframe

    class Block(_real, metaclass=_Kind):
        __slots__ = ("_copy", "_memory", "_name", "_saw", "_seen", "_viewed", "_wrote")
        __doc__ = _real.__doc__
        _copy: mmap.mmap | None
        _memory: str | None
        _name: str | None
        _saw: Coalesced | None  # what the next read, or write, may go on with by the quick way
        _seen: bytes
        _viewed: bool | None
        _wrote: Coalesced | None

        def __new__(cls, *arguments: Any, **options: Any) -> Any:
            block: Any = _real.__new__(cls, *arguments, **options)
            block._name = block._viewed = block._copy = block._saw = block._wrote = None
            if (arguments[0] if arguments else options["fileno"]) == -1:
                blocks.add(block, _memory(*arguments[2:], **options))
            return block

        def _reads(self, start: int, stop: int, act: Callable[..., Any], *arguments: Any) -> Any:
            """Do it in turn, and tell that these bytes were read."""
            if self._name is None or not 0 <= start < stop <= len(self):
                return act(*arguments)
            recorder.wait_for_turn("reads", self._name, start=start, stop=stop, changes=False)
            with recorder.hold:
                result = act(*arguments)
                if recorder.records:
                    held = recorder.record_access("reads", self._name, start, self._now(start, stop, result))
                    self._saw = None if recorder.gate or recorder.threads else held
                return result

        def _writes(self, start: int, stop: int, act: Callable[..., Any], *arguments: Any) -> Any:
            """Do it in turn, and tell that these bytes were written."""
            if self._name is None or not 0 <= start < stop <= len(self):
                return act(*arguments)
            recorder.wait_for_turn("writes", self._name, start=start, stop=stop)
            with recorder.hold:
                result = act(*arguments)
                if recorder.records:
                    data = _real.__getitem__(self, slice(start, stop))
                    if self._copy is not None:
                        self._copy[start:stop] = data
                    if self._viewed and self._copy is not None:
                        self._seen = self._seen[:start] + data + self._seen[stop:]
                    held = recorder.record_access("writes", self._name, start, data)
                    quick = not (recorder.gate or recorder.threads or self._viewed or self._copy is None)
                    self._wrote = held if quick else None
                return result

        def _now(self, start: int, stop: int, result: Any) -> bytes:
            """The bytes that were just read: what came back, if that is them."""
            if stop - start == 1 and type(result) is int and 0 <= result <= 0xFF:
                return bytes((result,))
            exact = isinstance(result, bytes) and len(result) == stop - start
            return result if exact else _real.__getitem__(self, slice(start, stop))

        def __getitem__(self, key: Any) -> Any:
            held = self._saw
            if held and isinstance(key, int) and held.goes_on_at(key, caller(1)):
                byte = get(self, key)
                if not held.add_byte(key, byte):
                    recorder.record_access("reads", str(self._name), key, bytes((byte,)))
                return byte
            return self._reads(*range_of(key, len(self)), get, self, key)

        def __setitem__(self, key: Any, value: Any) -> None:
            held, copy = self._wrote, self._copy
            if held and copy is not None and isinstance(key, int) and held.goes_on_at(key, caller(1)):
                put(self, key, value)
                copy[key] = byte = get(self, key)
                if not held.add_byte(key, byte):
                    recorder.record_access("writes", str(self._name), key, bytes((byte,)))
                return
            self._writes(*range_of(key, len(self)), put, self, key, value)

        def __iter__(self) -> Iterator[Any]:
            return iter(_Items(self))

        def __reversed__(self) -> Iterator[Any]:
            return reversed(_Items(self))

        def __bytes__(self) -> bytes:
            return bytes(self[:])

        def move(self, *arguments: Any, **options: Any) -> None:
            (src, end), (dest, stop) = _span(_source, self, arguments, options), _span(_goal, self, arguments, options)
            if self._name is not None and max(end, stop) <= len(self) and 0 <= src < end:
                recorder.wait_for_turn("reads", self._name, start=src, stop=end, changes=False)
                if recorder.records:
                    recorder.record_access("reads", self._name, src, _real.__getitem__(self, slice(src, end)))
            self._writes(dest, stop, partial(_real.move, self, *arguments, **options))

        def resize(self, *arguments: Any, **options: Any) -> None:
            _real.resize(self, *arguments, **options)
            self._copy = self._wrote = None

        def __reduce_ex__(self, protocol: Any) -> Any:
            raise TypeError(f"cannot pickle {'mmap.mmap' if protocol >= 2 else 'mmap'!r} object")

    for name, span in _READS.items():
        setattr(Block, name, _acting(name, span, Block._reads))
    for name, span in _WRITES.items():
        setattr(Block, name, _acting(name, span, Block._writes))
    Block.__name__ = "mmap.mmap"
    Block.__qualname__ = Block.__module__ = "mmap"
    return Block


def _acting(name: str, span: Callable[..., tuple[int, int]], access: Callable[..., Any]) -> Callable[..., Any]:
    """A method that reads or writes the bytes that ``span`` says."""
    real = getattr(_real, name)

    def act(block: Any, *arguments: Any, **options: Any) -> Any:
        start, stop = _span(span, block, arguments, options)
        return access(block, start, stop, partial(real, block, *arguments, **options))

    return like(act, real)


def _span(span: Callable[..., tuple[int, int]], block: Any, arguments: Any, options: Any) -> tuple[int, int]:
    """The bytes that such a call means; none if it is an error: Python says so best."""
    try:
        start, stop = span(block, *arguments, **options)
        return operator.index(start), operator.index(stop)
    except (TypeError, ValueError):
        return -1, -1


def _to_be_read(block: Any, count: Any = None, /) -> tuple[int, int]:
    start = block.tell()
    return start, len(block) if count is None or count < 0 else min(len(block), start + count)


def _byte(block: Any, *byte: int) -> tuple[int, int]:
    return block.tell(), block.tell() + 1


def _line(block: Any) -> tuple[int, int]:
    end = _real.find(block, b"\n", block.tell())
    return block.tell(), len(block) if end < 0 else end + 1


def _searched(block: Any, part: Any, start: Any = None, end: Any = None, /) -> tuple[int, int]:
    first, last, _ = slice(block.tell() if start is None else start, end).indices(len(block))
    return first, last


def _to_be_written(block: Any, data: Any, /) -> tuple[int, int]:
    return block.tell(), block.tell() + memoryview(data).nbytes


def _source(block: Any, dest: Any, src: Any, count: Any, /) -> tuple[int, int]:
    return src, src + count


def _goal(block: Any, dest: Any, src: Any, count: Any, /) -> tuple[int, int]:
    return dest, dest + count


_READS: dict[str, Callable[..., tuple[int, int]]] = {
    "read": _to_be_read,
    "read_byte": _byte,
    "readline": _line,
    "find": _searched,
    "rfind": _searched,
}
_WRITES: dict[str, Callable[..., tuple[int, int]]] = {"write": _to_be_written, "write_byte": _byte}


def _memory(flags: int = mmap.MAP_SHARED, prot: int = 0, access: int = 0, *rest: Any, **options: Any) -> str:
    private = flags & mmap.MAP_PRIVATE or access == mmap.ACCESS_COPY
    return "private" if private else "shared"


def range_of(key: Any, size: int) -> tuple[int, int]:
    """The bytes from the first to the last that an index or a slice means; none for what is neither."""
    if isinstance(key, slice):
        try:
            places = range(*key.indices(size))
        except (TypeError, ValueError):
            return -1, -1
        return (min(places[0], places[-1]), max(places[0], places[-1]) + 1) if places else (-1, -1)
    try:
        index = key.__index__()
    except (AttributeError, TypeError):
        return -1, -1
    index += size if index < 0 else 0
    return index, index + 1


def watch_shared_memory(module: ModuleType, blocks: Blocks) -> None:
    """Have every ``multiprocessing.shared_memory.SharedMemory`` be a block that is known."""
    real = module.SharedMemory

    def attach(memory: Any, *arguments: Any, **options: Any) -> None:
        begin(memory, *arguments, **options)
        if sys.platform != "win32" and getattr(memory, "_mmap", None) is not None:
            blocks.attach(memory._mmap, memory.name)
            blocks.view(memory._mmap)

    begin, real.__init__ = real.__init__, attach
