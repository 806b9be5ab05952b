"""``mmap.mmap`` as ever, which reports every read and write of a block: which bytes, and what they are."""

from __future__ import annotations

import mmap
import sys
from functools import partial
from operator import index as whole_number  # by name: a program may replace it

from .hooks import like
from .recorder import Recorder

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from .coalescing import Coalesced
    from .epochs import Site

_real = mmap.mmap
_PLAIN = (int, type(None))
_MOST_SKIPS = 256  # bytes of a slice with gaps; of one with more all is told, from the first to the last


class _Kind(type):
    """The metaclass of blocks: messages call them ``mmap.mmap``, as those of the real one."""

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


def recording(
    recorder: Recorder, add: Callable[[Any, str], None], add_file: Callable[[Any, str, int, int], None]
) -> type[mmap.mmap]:
    """The class; each new anonymous block is handed to ``add``, with the memory that it is of.

    One that is a mapped file goes to ``add_file``, with the file's descriptor and where in it the block begins.
    """
    get, put, caller = _real.__getitem__, _real.__setitem__, sys._getframe

    class Block(_real, metaclass=_Kind):
        __slots__ = ("_base", "_memory", "_name", "_read_here", "_saw", "_viewed", "_wrote", "_wrote_here")
        __doc__ = _real.__doc__
        _base: int  # where in its file it begins
        _memory: str | None
        _name: str | None
        _saw: Coalesced | None  # what the next read can be added to by the quick way
        _viewed: bool | None
        _wrote: Coalesced | None  # and the next write
        _read_here: dict[int, Site]  # what need not be told of: see ``Epochs``
        _wrote_here: dict[int, Site]

        def __new__(cls, *arguments: Any, **options: Any) -> Any:
            block: Any = _real.__new__(cls, *arguments, **options)
            block._name = block._viewed = block._saw = block._wrote = None
            block._base, block._read_here, block._wrote_here = 0, {}, {}
            fileno = arguments[0] if arguments else options["fileno"]
            if fileno == -1:
                add(block, _memory(*arguments[2:], **options))
            else:
                add_file(block, _memory(*arguments[2:], **options), fileno, _offset(*arguments[2:], **options))
            return block

        def _reads(self, start: int, stop: int, act: Callable[..., Any], *arguments: Any) -> Any:
            """Do it in turn, and report that these bytes were read."""
            if self._name is None or not 0 <= start < stop <= len(self):
                return act(*arguments)
            with recorder.access("reads", self._name, self._base + start, self._base + stop) as access:
                result = act(*arguments)
                if recorder.records:
                    held = access.record(self._now(start, stop, result))
                    self._saw = None if recorder.gate or recorder.threads or self._base else held
                return result

        def _writes(self, start: int, stop: int, act: Callable[..., Any], *arguments: Any) -> Any:
            """Do it in turn, and report that these bytes were written."""
            if self._name is None or not 0 <= start < stop <= len(self):
                return act(*arguments)
            with recorder.access("writes", self._name, self._base + start, self._base + stop) as access:
                result = act(*arguments)
                if recorder.records:
                    held = access.record(_real.__getitem__(self, slice(start, stop)))
                    self._wrote = None if recorder.gate or recorder.threads or self._base else held
                return result

        def _skips(self, kind: str, places: range, act: Callable[..., Any], *arguments: Any) -> Any:
            """Read or write every so many bytes: those between them are not touched."""
            first, last = min(places[0], places[-1]), max(places[0], places[-1])
            with recorder.access(kind, str(self._name), self._base + first, self._base + last + 1):
                result = act(*arguments)
                for place in sorted(places) if recorder.records else ():
                    byte = _real.__getitem__(self, place)
                    recorder.record_access(kind, str(self._name), self._base + place, bytes((byte,)))
                return result

        def _now(self, start: int, stop: int, result: Any) -> bytes:
            """The bytes that were just read: what came back, if that is them."""
            if stop - start == 1 and type(result) is int and 0 <= result <= 0xFF:
                return bytes((result,))
            exact = isinstance(result, bytes) and len(result) == stop - start
            return result if exact else _real.__getitem__(self, slice(start, stop))

        def _note(self, kind: str, key: int, byte: int) -> None:
            """Report what the quick way has done and may not leave untold; it must not be done again."""
            recorder.record_access(kind, str(self._name), key % len(self), bytes((byte,)))

        def __getitem__(self, key: Any) -> Any:
            if self._read_here and type(key) is int:
                frame = caller(1)
                site = self._read_here.get(frame.f_lasti)
                if site and frame.f_code is site.code:
                    byte = get(self, key)
                    if key not in site.touched and (key < 0 or site.is_new(key)):
                        self._note("reads", key, byte)
                    return byte
            held = self._saw
            if held and isinstance(key, int) and held.goes_on_at(key, caller(1)):
                byte = get(self, key)
                if not held.add_byte(key, byte):
                    recorder.record_access("reads", str(self._name), key, bytes((byte,)))
                return byte
            key = plain(key)
            if self._name is not None and (places := skipping(key, len(self))):
                return self._skips("reads", places, get, self, key)
            return self._reads(*range_of(key, len(self)), get, self, key)

        def __setitem__(self, key: Any, value: Any) -> None:
            held = self._wrote
            if self._wrote_here and type(key) is int:
                frame = caller(1)
                site = self._wrote_here.get(frame.f_lasti)
                if site and frame.f_code is site.code:
                    put(self, key, value)
                    if key not in site.touched and (key < 0 or site.is_new(key)):
                        self._note("writes", key, get(self, key))
                    return
            if held and isinstance(key, int) and held.goes_on_at(key, caller(1)):
                put(self, key, value)
                byte = get(self, key)
                if not held.add_byte(key, byte):
                    recorder.record_access("writes", str(self._name), key, bytes((byte,)))
                return
            key = plain(key)
            if self._name is not None and (places := skipping(key, len(self))):
                self._skips("writes", places, put, self, key, value)
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
                with recorder.access("reads", self._name, self._base + src, self._base + end) as access:
                    if recorder.records:
                        access.record(_real.__getitem__(self, slice(src, end)))
            self._writes(dest, stop, partial(_real.move, self, *arguments, **options))

        def resize(self, *arguments: Any, **options: Any) -> None:
            _real.resize(self, *arguments, **options)
            self._wrote = None

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
        return whole_number(start), whole_number(stop)
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


def _offset(flags: int = 0, prot: int = 0, access: int = 0, offset: int = 0, *rest: Any, **options: Any) -> int:
    return offset


def plain(key: Any) -> Any:
    """``key`` with whole numbers in place of objects that stand for some: what is the program's is called once only."""
    if isinstance(key, slice):
        parts = key.start, key.stop, key.step
        return key if all(type(part) in _PLAIN for part in parts) else slice(*map(plain, parts))
    if type(key) in _PLAIN or not hasattr(type(key), "__index__"):
        return key  # as it is, or an error that Python words best
    return whole_number(key)


def skipping(key: Any, size: int) -> range | None:
    """The places that a slice means, if it leaves out what is between them, and they are not too many to be told of."""
    if not isinstance(key, slice) or key.step in (None, 1, -1):
        return None
    try:
        places = range(*key.indices(size))
    except (TypeError, ValueError):
        return None
    return places if 1 < len(places) <= _MOST_SKIPS else None


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
