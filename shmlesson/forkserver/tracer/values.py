"""The values and arrays of ``multiprocessing`` in a program: who reads and writes them, under their own locks."""

from __future__ import annotations

import sys
import weakref

from ...memory.block import look
from .hooks import like
from .recorder import Recorder, inside
from .traced_mmap import plain, range_of

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_PLAIN = (int, float, bytes, str, bool)  # what has no __repr__ of the program's
_BITS = 1 << 16  # a field's size from there on is that of a field of bits: where in the structure it says otherwise


def watch_values(module: Any, recorder: Recorder) -> None:
    """Have every ``multiprocessing.Value`` and ``Array`` with a lock report what is read from it and written to it."""
    known: weakref.WeakSet[Any] = weakref.WeakSet()
    if recorder.gate:
        blocks = recorder.gate.contents
        recorder.gate.contents = lambda: {
            **blocks(),
            **{value.__dict__["_name"]: look(_bytes_of(value._obj)).to_wire() for value in known},
        }

    def name(value: Any, *arguments: Any) -> None:
        begin(value, *arguments)
        if value.__dict__.get("_name") is None:  # not by the attribute: a structure may have a field of that name
            with recorder.hold:
                value.__dict__["_name"] = recorder.name_for("value")
                known.add(value)
            recorder.record("maps", size=len(_bytes_of(value._obj)), memory="value", block=value.__dict__["_name"])

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


def _recording_property(recorder: Recorder, attribute: str, real: property) -> property:
    get, put = real.fget, real.fset

    def where(value: Any) -> Any:
        return *_field(value._obj, attribute), getattr(value._obj, attribute)

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
            size = len(_bytes_of(obj)) // max(1, len(obj))
            first, last = range_of(key, len(obj))
            return first * size, last * size, obj[key] if size and first >= 0 else None

        return real(_Observed(recorder, array, what, where), key, *value)

    setattr(kind, method, like(act, real))


def _field(obj: Any, attribute: str) -> tuple[int, int]:
    """The bytes of a field of a structure; all bytes of whatever is not one, or where bits are counted."""
    field = getattr(type(obj), attribute, None)
    offset, size = getattr(field, "offset", None), getattr(field, "size", None)
    if isinstance(offset, int) and isinstance(size, int) and size < _BITS:
        return offset, offset + size
    return 0, len(_bytes_of(obj))


def _bytes_of(obj: Any) -> bytes:
    """What it holds; not by ``bytes``, which would ask the program's own class first."""
    with memoryview(obj) as view:
        return view.tobytes()


class _Observed:
    """A value with a lock, as its own methods see it: they lock it, act, and release it, once, as they do alone.

    What they have done is reported before they release it. ``where`` gives the bytes that it was done to, and what is
    there now.
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
            start, stop, now = self._where(self._value)
            data = _bytes_of(self._obj)[start:stop] if start >= 0 else b""
        except Exception:
            return
        if data:
            said = {"value": repr(now)} if type(now) in _PLAIN or _is_plain_list(now) else {}
            recorder.record_access(self._what, self._value.__dict__["_name"], start, data, **said)


def _is_plain_list(now: Any) -> bool:
    return type(now) is list and all(type(item) in _PLAIN for item in now)
