"""Reads and writes through views of blocks: which bytes, and when they take their turn and are reported.

A view is a ``memoryview``, an object of ``ctypes``, or an array of numpy, whose memory is that of a block. Python
touches it without a call, so the program itself says it: ``probes`` are put into its text, and call what is here.

A read takes its turn and is reported right before it is done. A write takes its turn before, and is reported as soon
as it is done: at the probe behind its statement, or with whatever event of this process comes earlier (a signal
handler's, or of what has caught the write's error; then it counts only if the bytes have changed).

What cannot be seen: what is done through a view by code that is not the program's own text, but within a call that
got the view from there. Such a call reads all of the view, and what has changed when it returns, it has written. A
view that such code keeps, one that is in a container, and text that is run by ``exec`` stay unseen; an exploration is
told of a call that may do so.
"""

from __future__ import annotations

import _ctypes
import sys
import weakref
from collections import namedtuple

from .geometry import CTYPES, Shape, field_of, gives_objects, plain, shape_of
from .lines import where
from .recorder import Recorder
from .regions import Region, Regions, address_of, bytes_at

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, NamedTuple

    from .geometry import Runs

    class Target(NamedTuple):
        """Bytes of a block; whether a load gets a part of memory there, and reads nothing; what number it holds."""

        region: Region
        runs: Runs
        gives_part: bool = False
        show: Callable[[], object] | None = None

    class Store(NamedTuple):
        """A write that has had its turn: of what, what was there before it, and the learner's line."""

        target: Target
        before: list[bytes]
        line: tuple[int | None, bool]

else:
    Target = namedtuple("Target", "region runs gives_part show", defaults=(False, None))
    Store = namedtuple("Store", "target before line")

_SIMPLE, _ARRAY, _POINTER = CTYPES[0], *CTYPES[3:]
_MOST_KNOWN, _MOST_TARGETS = 10_000, 1000  # views, and items of each, that are kept
_MOST_CHOSEN = 1 << 16  # items of an array from which an index can choose some


class _Known:
    """Where a view begins, and what of it has been touched."""

    __slots__ = ("address", "reference", "region", "targets")

    def __init__(self, thing: Any, address: int, region: Region | None) -> None:
        self.reference, self.address, self.region = weakref.ref(thing), address, region
        self.targets: dict[object, Target | None] = {}


class Views:
    """The views of a process: where each of them is, and what is done through them."""

    def __init__(self, recorder: Recorder, regions: Regions) -> None:
        self.recorder, self.regions = recorder, regions
        self.stores: list[Store] = []
        self.hidden = False  # a library touches what is its own
        self._known: dict[int, _Known] = {}
        recorder.before_recording = self.interrupted

    # Which bytes are meant.

    def item(self, thing: Any, key: Any) -> Target | None:
        """``thing[key]``; None where that is an error, or no part of a block."""
        if type(type(thing)) is _POINTER:
            return self._pointed(thing, key)
        known = self._place_of(thing)
        if known.region is None:
            return None
        if type(key) is not int or _is_of_numpy(thing):
            return self._item(thing, key, known)
        if key not in known.targets:
            if len(known.targets) > _MOST_TARGETS:
                known.targets.clear()
            known.targets[key] = self._item(thing, key, known)
        return known.targets[key]

    def _item(self, thing: Any, key: Any, known: _Known) -> Target | None:
        kind: Any = type(thing)
        whole, index = shape_of(thing), plain((None,) if key is None else key)
        if whole is None:
            return None
        part = whole.at(index) if index is not None else None
        if type(kind) is type and kind is not memoryview and part is None:
            return self._chosen(thing, key, known)
        if part is None:
            return None
        if type(kind) is _ARRAY:
            number = _number(kind._type_, known.address + part.offset) if part.is_item else None
            return _target(known, part.runs(), gives_objects(kind._type_), number)
        return _target(known, part.runs(), not part.is_item)

    def _chosen(self, array: Any, key: Any, known: _Known) -> Target | None:
        """What an index by a list or an array chooses, which gets a copy; a field's name gets a part of memory."""
        if type(key) is str:
            field = (array.dtype.fields or {}).get(key)
            shape = Shape(field[1], field[0].itemsize, array.shape, array.strides) if field else None
            return _target(known, shape.runs(), True) if shape else None
        if not 0 < array.size <= _MOST_CHOSEN:
            return self.whole(array)
        numpy = sys.modules["numpy"]
        try:
            numbers = numpy.unique(numpy.arange(array.size).reshape(array.shape)[key])
        except (IndexError, ValueError, TypeError):
            return None
        places = numpy.unravel_index(numbers, array.shape)
        starts = sum(place * stride for place, stride in zip(places, array.strides, strict=True))
        return _target(known, _joined(sorted(starts.tolist()), array.itemsize))

    def _pointed(self, pointer: Any, key: Any) -> Target | None:
        if type(key) is not int or not pointer:
            return None
        kind = type(pointer)._type_
        address, size = _ctypes.addressof(pointer.contents), _ctypes.sizeof(kind)
        known = _Known(pointer, address, self.regions.find(address + key * size))
        return _target(known, [(key * size, key * size + size)], gives_objects(kind)) if known.region else None

    def at(self, address: int, size: int) -> Target | None:
        """So many bytes from this address on."""
        region = self.regions.find(address) if size > 0 else None
        by = address - region.start + region.base if region else 0
        return Target(region, [(by, min(by + size, region.base + region.stop - region.start))]) if region else None

    def attribute(self, thing: Any, name: str) -> Target | None:
        """``thing.name`` of an object of ``ctypes``."""
        known = self._place_of(thing)
        if known.region is None:
            return None
        if name not in known.targets:
            known.targets[name] = self._attribute(thing, name, known)
        return known.targets[name]

    def _attribute(self, thing: Any, name: str, known: _Known) -> Target | None:
        kind: Any = type(thing)
        if type(kind) is _SIMPLE:
            number = _number(kind, known.address)
            return _target(known, [(0, _ctypes.sizeof(thing))], False, number) if name == "value" else None
        if type(kind) is _ARRAY:
            return _target(known, [(0, _ctypes.sizeof(thing))]) if name in ("value", "raw") else None
        field = field_of(kind, name) if type(kind) is not _POINTER else None
        return _target(known, [field[:2]], field[2]) if field else None

    def whole(self, thing: Any) -> Target | None:
        """All of a view, or of a block that is used as a buffer; None if it is a view of something else."""
        known = self._place_of(thing)
        shape = shape_of(thing) if known.region else None
        return _target(known, shape.runs()) if shape else None

    def part(self, thing: Any, start: int, stop: int) -> Target | None:
        """These bytes of a view without gaps."""
        known = self._place_of(thing)
        return _target(known, [(start, stop)]) if known.region else None

    def _place_of(self, thing: Any) -> _Known:
        known = self._known.get(id(thing))
        if known is not None and known.reference() is thing:
            return known
        address = _ctypes.addressof(thing) if any(type(type(thing)) is each for each in CTYPES) else address_of(thing)
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        known = self._known[id(thing)] = _Known(thing, address, self.regions.find(address) if address else None)
        return known

    # What is done to them.

    def load(self, target: Target | None) -> None:
        """A load is about to be evaluated."""
        if target and not target.gives_part:
            self.read(target)

    def update(self, target: Target | None) -> Callable[[], None] | None:
        """The load of an update (``+=``) is about to be evaluated; what is to be called before its store."""
        if target is None:
            return None
        self.read(target)
        return lambda: self.write(target)

    def read(self, target: Target | None) -> None:
        """Report, in turn, a read that is about to be done."""
        if target and self._takes_turn("reads", target):
            with self.recorder.hold:
                self.done()
                self._record("reads", target, where())

    def write(self, target: Target | None) -> None:
        """Wait for the turn of a write, and have it reported once it is done."""
        if target and self._takes_turn("writes", target):
            with self.recorder.hold:
                self.stores.append(Store(target, self.snapshot(target), where()))

    def wrote(self, target: Target) -> None:
        """Report a write that has been done."""
        if self.recorder.records:
            with self.recorder.hold:
                self._record("writes", target, where())

    def wrote_what_differs(self, target: Target, before: list[bytes]) -> None:
        """Report as written what is not as it was."""
        changed: Runs = []
        for (start, _), old, new in zip(target.runs, before, self.snapshot(target), strict=True):
            changed += [(start + one, start + two) for one, two in _differences(old, new)]
        self.wrote(target._replace(runs=changed))

    def _takes_turn(self, what: str, target: Target) -> bool:
        """Wait for the turn; whether anybody is to be told."""
        if self.hidden or not target.runs:
            return False
        if self.recorder.gate:
            region, runs = target.region, target.runs
            self.recorder.wait_for_turn(what, region.name, "block", runs[0][0], runs[-1][1])
        return self.recorder.records

    def done(self) -> None:
        """The writes that have had their turns are done: report them."""
        if not self.stores:
            return
        with self.recorder.hold:
            stores, self.stores = self.stores, []
            for store in stores:
                self._record("writes", store.target, store.line)

    def interrupted(self) -> None:
        """The same, where that is not known: those that have changed anything."""
        if self.stores:
            self.stores = [store for store in self.stores if self.snapshot(store.target) != store.before]
            self.done()

    def _record(self, kind: str, target: Target, line: tuple[int | None, bool]) -> None:
        region, more = target.region, {}
        if region.memory != "value":
            more = _VIA
        elif target.show and region.alive:
            more = {"value": repr(target.show())}
        for start, stop in target.runs:
            if now := region.bytes_of(start, stop):
                self.recorder.record_access(kind, region.name, start, now, line, **more)

    def snapshot(self, target: Target) -> list[bytes]:
        """What these bytes are now."""
        bytes_of = target.region.bytes_of
        return [bytes_of(start, stop) for start, stop in target.runs]


_VIA: dict[str, Any] = {"via": "view"}


def _target(
    known: _Known, runs: Runs, gives_part: bool = False, show: Callable[[], object] | None = None
) -> Target | None:
    """What lies so many bytes behind the beginning of a view, without what is not in its block."""
    region = known.region
    if region is None:
        return None
    first, last = region.base, region.base + region.stop - region.start
    by = known.address - region.start + region.base
    moved = ((max(first, start + by), min(last, stop + by)) for start, stop in runs)
    return Target(region, [run for run in moved if run[0] < run[1]], gives_part, show)


def _number(kind: Any, address: int) -> Callable[[], object] | None:
    """What gets the number that is in memory there; None if it is no number."""
    if type(kind) is not _SIMPLE or gives_objects(kind) or getattr(kind, "_type_", "O") in "OPzZ":
        return None
    size = _ctypes.sizeof(kind)
    return lambda: kind.from_buffer_copy(bytes_at(address, size)).value


def _is_of_numpy(thing: Any) -> bool:
    """Whether it is an array whose shape may change; see ``probes`` for which those are."""
    kind = type(thing)
    return type(kind) is type and kind is not memoryview


def _joined(starts: list[int], size: int) -> Runs:
    """The ranges of items of this size, one of those that adjoin."""
    runs: Runs = []
    for start in starts:
        if runs and runs[-1][1] == start:
            runs[-1] = runs[-1][0], start + size
        else:
            runs.append((start, start + size))
    return runs


def _differences(old: bytes, new: bytes) -> Iterable[tuple[int, int]]:
    """The ranges of bytes that are not the same."""
    if old == new or len(old) != len(new):
        return
    start = None
    for offset in range(len(new) + 1):
        if offset < len(new) and new[offset] != old[offset]:
            start = offset if start is None else start
        elif start is not None:
            yield start, offset
            start = None
