"""Which bytes a view covers, and which of them an index means: for ``memoryview``, ``ctypes`` and numpy alike.

A ``Shape`` is what the buffer protocol says of memory: where it begins, how many items it has in each dimension, how
far apart they are. What is indexed is another ``Shape``. Its bytes are ``runs``: ranges without a gap, so that two
processes that fill every second item each do not seem to meet.
"""

from __future__ import annotations

import _ctypes
import sys
from itertools import product
from mmap import mmap  # by name: the real one
from operator import index as whole_number  # by name: a program may replace it

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any

_MOST = 256  # runs; beyond that, all from the first to the last
_SIMPLE, _STRUCTURE = type(_ctypes._SimpleCData), type(_ctypes.Structure)  # the metaclasses
_UNION, _ARRAY, _POINTER = type(_ctypes.Union), type(_ctypes.Array), type(_ctypes._Pointer)
CTYPES = (_SIMPLE, _STRUCTURE, _UNION, _ARRAY, _POINTER)

Runs = list[tuple[int, int]]


class Shape:
    """Items in memory: the first one's place, their size, how many there are in each dimension, and how far apart."""

    __slots__ = ("counts", "offset", "size", "strides")

    def __init__(self, offset: int, size: int, counts: tuple[int, ...], strides: tuple[int, ...]) -> None:
        self.offset, self.size, self.counts, self.strides = offset, size, counts, strides

    @property
    def is_item(self) -> bool:
        return not self.counts

    def at(self, key: Any) -> Shape | None:
        """What ``key`` means; None where it is an error, or no plain index (see numpy, Basic indexing)."""
        keys = key if type(key) is tuple else (key,)
        given = sum(1 for part in keys if part is not None and part is not Ellipsis)
        if given > len(self.counts) or sum(part is Ellipsis for part in keys) > 1:
            return None
        if not any(part is Ellipsis for part in keys):
            keys = (*keys, Ellipsis)
        counts: list[int] = []
        strides: list[int] = []
        offset, place = self.offset, 0
        for part in keys:
            if part is None:
                continue
            if part is Ellipsis:
                rest = len(self.counts) - given
                counts += self.counts[place : place + rest]
                strides += self.strides[place : place + rest]
                place += rest
                continue
            count, stride = self.counts[place], self.strides[place]
            place += 1
            if type(part) is slice:
                try:
                    chosen = range(*part.indices(count))
                except (TypeError, ValueError):
                    return None
                offset += chosen.start * stride if chosen else 0
                counts.append(len(chosen))
                strides.append(chosen.step * stride)
                continue
            number = part + count if part < 0 else part
            if not 0 <= number < count:
                return None
            offset += number * stride
        return Shape(offset, self.size, tuple(counts), tuple(strides))

    def runs(self) -> Runs:
        """Its bytes, in ranges without a gap, in the order of memory."""
        if 0 in self.counts or not self.size:
            return []
        rest: list[tuple[int, int]] = []
        offset, size = self.offset, self.size
        for count, stride in sorted(zip(self.counts, self.strides, strict=True), key=lambda each: abs(each[1])):
            if stride < 0:
                offset, stride = offset + (count - 1) * stride, -stride
            if stride == size and not rest:
                size *= count
            elif count > 1 and stride:
                rest.append((count, stride))
        hull = sum((count - 1) * stride for count, stride in rest) + size
        number = 1
        for count, _ in rest:
            number *= count
        if number > _MOST:
            return [(offset, offset + hull)]
        starts = sorted({sum(steps) for steps in product(*(range(0, n * stride, stride) for n, stride in rest))})
        return [(offset + start, offset + start + size) for start in starts]


def plain(key: Any) -> Any:
    """``key`` with whole numbers in place of what stands for some; None if there is more in it than that."""
    if type(key) is tuple:
        parts = [plain(part) for part in key]
        wrong = any(part is None and given is not None for part, given in zip(parts, key, strict=True))
        return None if wrong else tuple(parts)
    if type(key) in (int, bool) or key is Ellipsis:
        return key
    if type(key) is slice:
        given = key.start, key.stop, key.step
        known = all(part is None or plain(part) is not None for part in given)
        return slice(*map(plain, given)) if known else None
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(key, numpy.integer):
        return whole_number(key)
    return None


def shape_of(thing: Any) -> Shape | None:
    """What a view is in memory, from its own address on; None for what has no items that are seen."""
    kind = type(thing)
    if kind is memoryview:
        return Shape(0, thing.itemsize, thing.shape, thing.strides)
    if type(kind) is type:
        return Shape(0, thing.itemsize, thing.shape, thing.strides)  # of numpy
    if isinstance(thing, mmap):
        return Shape(0, 1, (len(thing),), (1,))
    size = _ctypes.sizeof(thing)
    if type(kind) is _ARRAY:
        count = len(thing)
        return Shape(0, size // max(1, count), (count,), (size // max(1, count),))
    return Shape(0, size, (), ())


def gives_objects(kind: Any) -> bool:
    """Whether what ``ctypes`` gets out of a place of this type is again a part of memory, and no copy."""
    if type(kind) is _SIMPLE:
        return kind.__bases__[0] is not _ctypes._SimpleCData
    return not (type(kind) is _ARRAY and is_text(kind))


def is_text(kind: Any) -> bool:
    """Whether an array, as a field of a structure, is got as a ``bytes`` or a ``str``."""
    item: Any = kind._type_
    return type(item) is _SIMPLE and not gives_objects(item) and getattr(item, "_type_", "") in ("c", "u")


def field_of(kind: Any, name: str) -> tuple[int, int, bool] | None:
    """Of a field of a structure: its first byte, the byte behind it, and whether a part of memory is got out of it."""
    for base in kind.__mro__:
        own = base.__dict__
        if name in own:
            field = own[name]
            if type(field).__name__ != "CField":
                return None
            types = {entry[0]: entry[1] for entry in own.get("_fields_", ())}
            bits = next((entry[2] for entry in own.get("_fields_", ()) if entry[0] == name and len(entry) > 2), 0)
            size = _ctypes.sizeof(types[name]) if name in types else field.size
            return field.offset, field.offset + size, not bits and name in types and gives_objects(types[name])
    return None
