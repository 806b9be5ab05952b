"""The values and arrays of ``multiprocessing`` in a program: who reads and writes them, under their own locks."""

from __future__ import annotations

import weakref
from types import ModuleType

from ...memory.block import look
from .recorder import Recorder, inside
from .traced_mmap import range_of

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def watch_values(module: ModuleType, recorder: Recorder) -> None:
    """Have every ``multiprocessing.Value`` and ``Array`` with a lock report what is read from it and written to it."""
    known: weakref.WeakSet[Any] = weakref.WeakSet()
    if recorder.gate:
        blocks = recorder.gate.contents
        recorder.gate.contents = lambda: {
            **blocks(),
            **{value._name: look(bytes(value._obj)).to_wire() for value in known},
        }

    def name(value: Any, *arguments: Any) -> None:
        begin(value, *arguments)
        if getattr(value, "_name", None) is None:
            with recorder.hold:
                value._name = recorder.name_for("value")
                known.add(value)
            recorder.record("maps", size=len(bytes(value._obj)), memory="value", block=value._name)

    base = module.SynchronizedBase
    begin, base.__init__ = base.__init__, name
    module.Synchronized.value = _recording_property(recorder, "value")
    module.SynchronizedString.value = _recording_property(recorder, "value")
    module.SynchronizedString.raw = _recording_property(recorder, "raw")
    for kind in ("__getitem__", "__getslice__"):
        _recording_items(module.SynchronizedArray, kind, "reads", recorder)
    for kind in ("__setitem__", "__setslice__"):
        _recording_items(module.SynchronizedArray, kind, "writes", recorder)


def _recording_property(recorder: Recorder, attribute: str) -> property:
    def read(value: Any) -> Any:
        with _Locked(recorder, value):
            now = getattr(value._obj, attribute)
            if recorder.records:
                recorder.record_access("reads", value._name, 0, bytes(value._obj), value=repr(now))
        return now

    def write(value: Any, to: Any) -> None:
        with _Locked(recorder, value):
            setattr(value._obj, attribute, to)
            if recorder.records:
                recorder.record_access(
                    "writes", value._name, 0, bytes(value._obj), value=repr(getattr(value._obj, attribute))
                )

    return property(read, write)


def _recording_items(kind: Any, method: str, what: str, recorder: Recorder) -> None:
    real = getattr(kind, method)

    def act(array: Any, key: Any, *value: Any) -> Any:
        with _Locked(recorder, array):
            result = real(array, key, *value)
            size = len(bytes(array._obj)) // max(1, len(array._obj))
            first, last = range_of(key, len(array._obj))
            if first >= 0:
                now = bytes(array._obj)[first * size : last * size]
                if recorder.records:
                    recorder.record_access(
                        what, array._name, first * size, now, value=repr(value[0] if value else result)
                    )
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
