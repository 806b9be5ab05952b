"""The values and arrays of ``multiprocessing`` in a program: who reads and writes them, under their own locks."""

from __future__ import annotations

import weakref
from types import ModuleType

from ...memory.block import look
from .blocks import range_of
from .recorder import Teller, inside

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def watch_values(module: ModuleType, me: Teller) -> None:
    """Have every ``multiprocessing.Value`` and ``Array`` with a lock tell of what is read from it and written to it."""
    known: weakref.WeakSet[Any] = weakref.WeakSet()
    if me.turns:
        blocks = me.turns.contents
        me.turns.contents = lambda: {**blocks(), **{value._name: look(bytes(value._obj)).to_wire() for value in known}}

    def name(value: Any, *arguments: Any) -> None:
        begin(value, *arguments)
        if getattr(value, "_name", None) is None:
            with me.hold:
                value._name = me.name_for("value")
                known.add(value)
            me.note("maps", size=len(bytes(value._obj)), memory="value", block=value._name)

    base = module.SynchronizedBase
    begin, base.__init__ = base.__init__, name
    module.Synchronized.value = _telling_property(me, "value")
    module.SynchronizedString.value = _telling_property(me, "value")
    module.SynchronizedString.raw = _telling_property(me, "raw")
    for kind in ("__getitem__", "__getslice__"):
        _telling_items(module.SynchronizedArray, kind, "sees", me)
    for kind in ("__setitem__", "__setslice__"):
        _telling_items(module.SynchronizedArray, kind, "writes", me)


def _telling_property(me: Teller, attribute: str) -> property:
    def read(value: Any) -> Any:
        with _Locked(me, value):
            now = getattr(value._obj, attribute)
            if me.tells:
                me.touches("sees", value._name, 0, bytes(value._obj), value=repr(now))
        return now

    def write(value: Any, to: Any) -> None:
        with _Locked(me, value):
            setattr(value._obj, attribute, to)
            if me.tells:
                me.touches("writes", value._name, 0, bytes(value._obj), value=repr(getattr(value._obj, attribute)))

    return property(read, write)


def _telling_items(kind: Any, method: str, what: str, me: Teller) -> None:
    real = getattr(kind, method)

    def act(array: Any, key: Any, *value: Any) -> Any:
        with _Locked(me, array):
            result = real(array, key, *value)
            size = len(bytes(array._obj)) // max(1, len(array._obj))
            first, last = range_of(key, len(array._obj))
            if first >= 0:
                now = bytes(array._obj)[first * size : last * size]
                if me.tells:
                    me.touches(what, array._name, first * size, now, value=repr(value[0] if value else result))
        return result

    setattr(kind, method, act)


class _Locked:
    """The lock of a value, for as long as its own methods hold it."""

    def __init__(self, me: Teller, value: Any) -> None:
        self.me, self.value = me, value

    def __enter__(self) -> None:
        self._inside(self.value.acquire)

    def __exit__(self, *error: object) -> None:
        self._inside(self.value.release)

    def _inside(self, act: Callable[[], object]) -> None:
        with inside(self.me):
            act()
