"""The values and arrays of ``multiprocessing`` in a program: who reads and writes them, under their own locks."""

from __future__ import annotations

import sys
import weakref
from _ctypes import addressof, sizeof

from ...memory.block import look
from .geometry import field_of, gives_objects
from .hooks import like
from .lines import where as line_in_the_program
from .recorder import Recorder, inside
from .regions import Regions, bytes_at
from .traced_mmap import plain, range_of

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_PLAIN = (int, float, bytes, str, bool)  # what has no __repr__ of the program's


def watch_values(module: Any, recorder: Recorder, regions: Regions) -> None:
    """Have every ``Value`` and ``Array`` of ``multiprocessing`` report what is read from it and written to it.

    One that has a lock does so itself. One that has none is an object of ``ctypes``: it is given a name here, and what
    touches it is seen as with any other view (see ``Views``), by the memory that it lies in.
    """
    known: dict[str, weakref.ref[Any]] = {}
    if recorder.gate:
        blocks = recorder.gate.contents
        recorder.gate.contents = lambda: {**blocks(), **_contents(known)}
        recorder.gate.memory.append(lambda: [reference() for reference in known.values()])

    def new_value(kind: Any) -> Any:
        value = make(kind)
        with recorder.hold:
            region = regions.add(recorder.name_for("value"), "value", addressof(value), sizeof(value), value._wrapper)
            known[region.name] = weakref.ref(value)
        recorder.record("maps", size=sizeof(value), memory="value", block=region.name)
        return value

    def name(value: Any, *arguments: Any) -> None:
        begin(value, *arguments)
        start = addressof(value._obj)
        if region := regions.find(start):  # not as attributes: a structure may have fields of these names
            value.__dict__["_name"], value.__dict__["_start"] = region.name, start - region.start

    make, module._new_value = module._new_value, new_value
    base = module.SynchronizedBase
    begin, base.__init__ = base.__init__, name
    for kind, attribute in (
        (module.Synchronized, "value"),
        (module.SynchronizedString, "value"),
        (module.SynchronizedString, "raw"),
    ):
        setattr(kind, attribute, _recording_property(recorder, attribute, getattr(kind, attribute)))
    make_property = module.make_property
    module.make_property = lambda name: _recording_property(recorder, name, make_property(name))  # for structures
    for method in ("__getitem__", "__getslice__"):
        _recording_items(module.SynchronizedArray, method, "reads", recorder)
    for method in ("__setitem__", "__setslice__"):
        _recording_items(module.SynchronizedArray, method, "writes", recorder)


def _contents(known: dict[str, weakref.ref[Any]]) -> dict[str, object]:
    there = {name: reference() for name, reference in known.items()}
    return {
        name: look(bytes_at(addressof(value), sizeof(value))).to_wire()
        for name, value in there.items()
        if value is not None
    }


def _recording_property(recorder: Recorder, attribute: str, real: property) -> property:
    get, put = real.fget, real.fset

    def where(value: Any) -> Any:
        start, stop, gives_part = _field(value._obj, attribute)
        return start, stop, getattr(value._obj, attribute), gives_part

    def read(value: Any) -> Any:
        return get(_Observed(recorder, value, "reads", where))  # type: ignore[misc]

    def write(value: Any, to: Any) -> None:
        put(_Observed(recorder, value, "writes", where), to)  # type: ignore[misc]

    return property(read, write)


def _recording_items(kind: Any, method: str, what: str, recorder: Recorder) -> None:
    real = getattr(kind, method)

    def act(array: Any, i: Any, *value: Any) -> Any:
        key = plain(i)

        def where(array: Any) -> Any:
            obj = array._obj
            size = sizeof(obj) // max(1, len(obj))
            first, last = range_of(key, len(obj))
            now = obj[key] if size and first >= 0 else None
            return first * size, last * size, now, gives_objects(obj._type_)

        return real(_Observed(recorder, array, what, where), key, *value)

    setattr(kind, method, like(act, real))


def _field(obj: Any, attribute: str) -> tuple[int, int, bool]:
    """The bytes of a field of a structure, and whether a part of memory is got there; all bytes of what is not one."""
    field = field_of(type(obj), attribute) if hasattr(type(obj), "_fields_") else None
    return field or (0, sizeof(obj), False)


class _Observed:
    """A value with a lock, as its own methods see it: they lock it, act, and release it, once, as they do alone.

    What they have done is reported before they release it. ``where`` gives the bytes that it was done to, what is there
    now, and whether that is a part of memory: then to get it has read nothing.
    """

    def __init__(self, recorder: Recorder, value: Any, what: str, where: Callable[[Any], Any]) -> None:
        self._recorder, self._value, self._what, self._where = recorder, value, what, where
        self._obj = value._obj
        self._handled: object = None  # an error that is being handled outside of this

    def acquire(self) -> Any:
        self._handled = sys.exc_info()[1]
        with inside(self._recorder):
            return self._value.acquire()

    def release(self) -> Any:
        if sys.exc_info()[1] is self._handled:  # it is called in a ``finally``
            self._report()
        with inside(self._recorder):
            return self._value.release()

    def __enter__(self) -> Any:
        with inside(self._recorder):
            return self._value.__enter__()

    def __exit__(self, *error: Any) -> Any:
        if error[0] is None:
            self._report()
        with inside(self._recorder):
            return self._value.__exit__(*error)

    def _report(self) -> None:
        """Report what was read or written."""
        recorder = self._recorder
        if not recorder.records:
            return
        try:
            start, stop, now, gives_part = self._where(self._value)
            data = bytes_at(addressof(self._obj) + start, stop - start) if start >= 0 else b""
        except Exception:
            return
        name, at = (self._value.__dict__.get(key) for key in ("_name", "_start"))
        if data and name and not (gives_part and self._what == "reads"):
            said: dict[str, Any] = {"value": repr(now)} if type(now) in _PLAIN or _is_plain_list(now) else {}
            place = line_in_the_program()[0], False  # the value's own methods are what the learner calls
            recorder.record_access(self._what, name, at + start, data, place, **said)


def _is_plain_list(now: Any) -> bool:
    return type(now) is list and all(type(item) in _PLAIN for item in now)
