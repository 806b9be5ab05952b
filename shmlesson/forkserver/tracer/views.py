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

    class Place(NamedTuple):
        """Where a view begins: so many bytes behind the beginning of a region."""

        region: Region
        offset: int

    class Store(NamedTuple):
        """A write that has had its turn: where, what was there before it, and the learner's line."""

        region: Region
        runs: Runs
        before: list[bytes]
        line: tuple[int | None, bool]
        show: Callable[[], object] | None

else:
    Place = namedtuple("Place", "region offset")
    Store = namedtuple("Store", "region runs before line show")

_SIMPLE, _ARRAY, _POINTER = CTYPES[0], *CTYPES[3:]
_MOST_KNOWN = 10_000  # views whose place is kept


class Views:
    """The views of a process: where each of them is, and what is done through them."""

    def __init__(self, recorder: Recorder, regions: Regions) -> None:
        self.recorder, self.regions = recorder, regions
        self.stores: list[Store] = []
        self.hidden = False  # a library touches what is its own
        self._places: dict[int, tuple[weakref.ref[Any], Place | None]] = {}
        recorder.before_recording = self.interrupted

    def place_of(self, thing: Any) -> Place | None:
        """The place of a view; None if it is a view of something else, which is this process's own."""
        known = self._places.get(id(thing))
        if known is not None and known[0]() is thing:
            return known[1]
        address = _ctypes.addressof(thing) if type(type(thing)) in CTYPES else address_of(thing)
        region = self.regions.find(address) if address else None
        place = Place(region, address - region.start) if region else None
        if len(self._places) > _MOST_KNOWN:
            self._places.clear()
        self._places[id(thing)] = weakref.ref(thing), place
        return place

    def gets(self, thing: Any, key: Any) -> None:
        """``thing[key]`` is about to be evaluated."""
        if type(type(thing)) is _POINTER:
            return self._gets_at(thing, key)
        if (place := self.place_of(thing)) is None:
            return None
        kind: Any = type(thing)
        shape, part = shape_of(thing), _part(thing, key)
        if part is None and (kind is memoryview or type(kind) is _ARRAY):
            return None  # an error
        if type(kind) is _ARRAY and gives_objects(kind._type_):
            return None
        if part is not None and not part.is_item and type(kind) is not _ARRAY:
            return None  # a view of a part of it
        if shape is not None:
            self.read(place, (part or shape).runs(), _value_at(thing, place, part))
        return None

    def sets(self, thing: Any, key: Any) -> None:
        """``thing[key] = …`` is about to be done."""
        if type(type(thing)) is _POINTER:
            return self._sets_at(thing, key)
        if (place := self.place_of(thing)) is not None and (shape := _part(thing, key) or _any_part(thing)):
            self.write(place, shape.runs(), _value_at(thing, place, shape))
        return None

    def updates(self, thing: Any, key: Any) -> Callable[[], None] | None:
        """``thing[key] += …`` is about to read; what is to be called before it writes."""
        if (place := self.place_of(thing)) is None or (shape := _part(thing, key) or _any_part(thing)) is None:
            return None
        self.read(place, shape.runs(), _value_at(thing, place, shape))
        return lambda: self.write(place, shape.runs(), _value_at(thing, place, shape))

    def gets_attribute(self, thing: Any, name: str) -> None:
        """``thing.name`` is about to be evaluated."""
        if (found := self._attribute(thing, name)) and not found[2]:
            self.read(*found[:2], found[3])

    def sets_attribute(self, thing: Any, name: str) -> None:
        """``thing.name = …`` is about to be done."""
        if found := self._attribute(thing, name):
            self.write(*found[:2], found[3])

    def updates_attribute(self, thing: Any, name: str) -> Callable[[], None] | None:
        """``thing.name += …`` is about to read; what is to be called before it writes."""
        found = self._attribute(thing, name)
        if found is None or found[2]:
            return None
        self.read(*found[:2], found[3])
        return lambda: self.write(*found[:2], found[3])

    def reads_all(self, thing: Any) -> None:
        """All of a view is about to be read."""
        if (place := self.place_of(thing)) is not None and (shape := shape_of(thing)) is not None:
            self.read(place, shape.runs())

    def updates_all(self, thing: Any) -> None:
        """All of a view is about to be read and written."""
        if (place := self.place_of(thing)) is not None and (shape := shape_of(thing)) is not None:
            self.read(place, shape.runs())
            self.write(place, shape.runs())

    def read(self, place: Place, runs: Runs, show: Callable[[], object] | None = None) -> None:
        """Report, in turn, a read of these bytes behind ``place``."""
        runs = self._turn("reads", place, runs)
        if runs and self.recorder.records:
            with self.recorder.hold:
                self.done()
                self._record("reads", place.region, runs, where(), show)

    def write(self, place: Place, runs: Runs, show: Callable[[], object] | None = None) -> None:
        """Wait for the turn of a write of these bytes behind ``place``, and have it reported once it is done."""
        runs = self._turn("writes", place, runs)
        if runs and self.recorder.records:
            with self.recorder.hold:
                before = [place.region.bytes_of(*run) for run in runs]
                self.stores.append(Store(place.region, runs, before, where(), show))

    def wrote(self, place: Place, runs: Runs) -> None:
        """Report a write that has been done."""
        if self.recorder.records and runs:
            with self.recorder.hold:
                self._record("writes", place.region, _moved(runs, place), where(), None)

    def _turn(self, what: str, place: Place, runs: Runs) -> Runs:
        runs = [] if self.hidden else _moved(runs, place)
        if runs and self.recorder.gate:
            self.recorder.wait_for_turn(what, place.region.name, "block", runs[0][0], runs[-1][1])
        return runs

    def done(self) -> None:
        """The writes that have had their turns are done: report them."""
        with self.recorder.hold:
            stores, self.stores = self.stores, []
            for store in stores:
                self._record("writes", store.region, store.runs, store.line, store.show)

    def interrupted(self) -> None:
        """The same, where that is not known: those that have changed anything."""
        if self.stores:
            self.stores = [store for store in self.stores if _now(store) != store.before]
            self.done()

    def _record(
        self, kind: str, region: Region, runs: Runs, line: tuple[int | None, bool], show: Callable[[], object] | None
    ) -> None:
        if not region.alive:
            return
        more = {"via": "view"} if region.memory != "value" else {} if show is None else {"value": repr(show())}
        for start, stop in runs:
            if now := region.bytes_of(start, stop):
                self.recorder.record_access(kind, region.name, start, now, place=line, **more)

    def _attribute(self, thing: Any, name: str) -> tuple[Place, Runs, bool, Callable[[], object] | None] | None:
        """Where an attribute of an object of ``ctypes`` is, and whether a part of memory is got out of it."""
        if (place := self.place_of(thing)) is None:
            return None
        kind = type(thing)
        if type(kind) is _SIMPLE:
            show = _simple(kind, place, 0) if name == "value" else None
            return (place, [(0, _ctypes.sizeof(thing))], False, show) if name == "value" else None
        if type(kind) is _ARRAY:
            return (place, [(0, _ctypes.sizeof(thing))], False, None) if name in ("value", "raw") else None
        field = field_of(kind, name) if type(kind) is not _POINTER else None
        return (place, [field[:2]], field[2], None) if field else None

    def _gets_at(self, pointer: Any, key: Any) -> None:
        if (found := self._pointed(pointer, key)) and not gives_objects(type(pointer)._type_):
            self.read(*found)

    def _sets_at(self, pointer: Any, key: Any) -> None:
        if found := self._pointed(pointer, key):
            self.write(*found)

    def _pointed(self, pointer: Any, key: Any) -> tuple[Place, Runs] | None:
        if type(key) is not int or not pointer:
            return None
        target = _ctypes.addressof(pointer.contents)
        region, size = self.regions.find(target), _ctypes.sizeof(type(pointer)._type_)
        return (Place(region, target - region.start), [(key * size, key * size + size)]) if region else None

    def snapshot(self, place: Place, runs: Runs) -> list[bytes]:
        """What these bytes are now."""
        return [place.region.bytes_of(*run) for run in _moved(runs, place)]

    def wrote_what_differs(self, place: Place, runs: Runs, before: list[bytes]) -> None:
        """Report as written what is not as it was."""
        changed: Runs = []
        for (start, _), old, new in zip(runs, before, self.snapshot(place, runs), strict=True):
            changed += [(start + one, start + two) for one, two in _differences(old, new)]
        self.wrote(place, changed)


def _now(store: Store) -> list[bytes]:
    return [store.region.bytes_of(*run) for run in store.runs]


def _moved(runs: Runs, place: Place) -> Runs:
    """The ranges as those of the region, without what lies outside of it."""
    size, by = place.region.stop - place.region.start, place.offset
    moved = ((max(0, start + by), min(size, stop + by)) for start, stop in runs)
    return [run for run in moved if run[0] < run[1]]


def _part(thing: Any, key: Any) -> Shape | None:
    """What an index means, as a part of the view's memory."""
    shape, key = shape_of(thing), plain(key)
    return shape.at(key) if shape is not None and key is not None else None


def _any_part(thing: Any) -> Shape | None:
    """What an index that is not plain may mean: all of an array of numpy; of others nothing, for it is an error."""
    return None if type(thing) is memoryview or type(type(thing)) is not type else shape_of(thing)


def _value_at(thing: Any, place: Place, part: Shape | None) -> Callable[[], object] | None:
    """The number that an item of an array of ``ctypes`` holds, for who is told of it."""
    kind = type(thing)
    if place.region.memory != "value" or type(kind) is not _ARRAY or part is None or not part.is_item:
        return None
    return _simple(kind._type_, place, part.offset)


def _simple(kind: Any, place: Place, offset: int) -> Callable[[], object] | None:
    if (
        place.region.memory != "value"
        or type(kind) is not _SIMPLE
        or gives_objects(kind)
        or getattr(kind, "_type_", "O") in "OPzZ"
    ):
        return None
    address = place.region.start + place.offset + offset
    return lambda: kind.from_buffer_copy(bytes_at(address, _ctypes.sizeof(kind))).value


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
