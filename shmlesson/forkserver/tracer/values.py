"""The values and arrays of ``multiprocessing`` in a program: who reads and writes them, under their own locks."""

from __future__ import annotations

import weakref
from _ctypes import addressof, sizeof
from functools import cache, partial

from ...memory.block import look
from .geometry import field_of, gives_objects
from .recorder import Recorder, inside
from .regions import Regions, bytes_at
from .traced_mmap import range_of

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def watch_values(module: Any, recorder: Recorder, regions: Regions) -> None:
    """Have every ``Value`` and ``Array`` of ``multiprocessing`` report what is read from it and written to it.

    One that has a lock does so itself. One that has none is an object of ``ctypes``: it is given a name here, and what
    touches it is seen as with any other view (see ``Views``), by the name of the memory that it lies in.
    """
    known: dict[str, weakref.ref[Any]] = {}
    if recorder.gate:
        blocks = recorder.gate.contents
        recorder.gate.contents = lambda: {**blocks(), **_contents(known)}

    def new_value(kind: Any) -> Any:
        value = make(kind)
        with recorder.hold:
            region = regions.add(recorder.name_for("value"), "value", addressof(value), sizeof(value), value._wrapper)
            known[region.name] = weakref.ref(value)
        recorder.record("maps", size=sizeof(value), memory="value", block=region.name)
        return value

    def name(value: Any, *arguments: Any) -> None:
        begin(value, *arguments)
        region = regions.find(addressof(value._obj))
        value._name, value._start = (region.name, addressof(value._obj) - region.start) if region else (None, 0)

    make, module._new_value = module._new_value, new_value
    base = module.SynchronizedBase
    begin, base.__init__ = base.__init__, name
    module.make_property = cache(partial(_recording_property, recorder))
    module.Synchronized.value = module.make_property("value")
    module.SynchronizedString.value = module.make_property("value")
    module.SynchronizedString.raw = module.make_property("raw")
    for kind in ("__getitem__", "__getslice__"):
        _recording_items(module.SynchronizedArray, kind, "reads", recorder)
    for kind in ("__setitem__", "__setslice__"):
        _recording_items(module.SynchronizedArray, kind, "writes", recorder)


def _contents(known: dict[str, weakref.ref[Any]]) -> dict[str, object]:
    there = {name: reference() for name, reference in known.items()}
    return {name: look(_bytes_of(value)).to_wire() for name, value in there.items() if value is not None}


def _bytes_of(value: Any) -> bytes:
    return bytes_at(addressof(value), sizeof(value))


def _recording_property(recorder: Recorder, attribute: str) -> property:
    """The property of a value with a lock; what it gets may be a part of the value, which then has not been read."""

    def read(value: Any) -> Any:
        with _Locked(recorder, value):
            now = getattr(value._obj, attribute)
            record("reads", value)
        return now

    def write(value: Any, to: Any) -> None:
        with _Locked(recorder, value):
            setattr(value._obj, attribute, to)
            record("writes", value)

    def record(what: str, value: Any) -> None:
        start, stop, gives_part = _range_of(value._obj, attribute)
        if recorder.records and value._name and not (gives_part and what == "reads"):
            now = bytes_at(addressof(value._obj) + start, stop - start)
            shown: dict[str, Any] = {} if gives_part else {"value": repr(getattr(value._obj, attribute))}
            recorder.record_access(what, value._name, value._start + start, now, **shown)

    return property(read, write)


def _range_of(thing: Any, attribute: str) -> tuple[int, int, bool]:
    """Which bytes an attribute is, and whether a part of memory is got out of it."""
    field = field_of(type(thing), attribute) if hasattr(type(thing), "_fields_") else None
    return field or (0, sizeof(thing), False)


def _recording_items(kind: Any, method: str, what: str, recorder: Recorder) -> None:
    real = getattr(kind, method)

    def act(array: Any, key: Any, *value: Any) -> Any:
        with _Locked(recorder, array):
            result = real(array, key, *value)
            size = sizeof(array._obj) // max(1, len(array._obj))
            first, last = range_of(key, len(array._obj))
            gives_parts = gives_objects(array._obj._type_)
            if first >= 0 and array._name and recorder.records and not (gives_parts and what == "reads"):
                now = bytes_at(addressof(array._obj) + first * size, (last - first) * size)
                shown: dict[str, Any] = {} if gives_parts else {"value": repr(array._obj[key] if value else result)}
                recorder.record_access(what, array._name, array._start + first * size, now, **shown)
        return result

    setattr(kind, method, act)


class _Locked:
    """The lock of a value, for as long as its own methods hold it."""

    def __init__(self, recorder: Recorder, value: Any) -> None:
        self.recorder, self.value = recorder, value

    def __enter__(self) -> None:
        self._inside(self.value.acquire)

    def __exit__(self, *error: object) -> None:
        self._inside(self.value.release)

    def _inside(self, act: Callable[[], object]) -> None:
        with inside(self.recorder):
            act()
