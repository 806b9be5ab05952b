"""What ``ctypes`` does to memory by its address: ``memmove``, ``memset`` and ``string_at`` on blocks."""

from __future__ import annotations

import sys
from _ctypes import addressof

from .geometry import CTYPES
from .hooks import like
from .lines import NAME
from .views import Views

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .views import Target

    Ranges = Callable[..., list[tuple[str, Any, Any]]]


def watch_memory_functions(module: Any, views: Views) -> None:
    """Have these functions report which bytes they touch, where the program itself calls them."""
    for name, ranges in _RANGES.items():
        setattr(module, name, _touching(getattr(module, name), ranges, views))


def _touching(real: Callable[..., Any], ranges: Ranges, views: Views) -> Callable[..., Any]:
    def act(*arguments: Any) -> Any:
        if sys._getframe(1).f_code.co_filename != NAME:
            return real(*arguments)
        try:
            targets = [(kind, _target(views, where, size)) for kind, where, size in ranges(*arguments)]
        except TypeError:
            return real(*arguments)  # an error, and Python says so best
        for kind, target in targets:
            (views.read if kind == "reads" else views.write)(target)
        result = real(*arguments)
        views.done()
        return result

    act.__wrapped__ = real  # type: ignore[attr-defined]
    return like(act, real) if hasattr(real, "__name__") else act


def _target(views: Views, where: Any, size: Any) -> Target | None:
    if any(type(type(where)) is each for each in CTYPES):
        where = getattr(where, "value", None) if type(where).__name__ == "c_void_p" else addressof(where)
    if type(where) is not int or type(size) is not int:
        return None
    return views.at(where, size)


_RANGES: dict[str, Ranges] = {
    "memmove": lambda dst, src, count, /: [("reads", src, count), ("writes", dst, count)],
    "memset": lambda dst, c, count, /: [("writes", dst, count)],
    "string_at": lambda ptr, size=-1: [("reads", ptr, size)],
}
