"""A program's own tracing (``sys.settrace``, ``sys.setprofile``): it sees the frames that it would see alone."""

from __future__ import annotations

import sys

from .hooks import like
from .lines import is_ours

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def watch_tracing() -> None:
    """Have a trace or profile function that is set from now on not be called for our frames."""
    for what in ("trace", "profile"):
        set_, get = getattr(sys, f"set{what}"), getattr(sys, f"get{what}")
        setattr(sys, f"set{what}", like(_setting(set_), set_))
        setattr(sys, f"get{what}", like(_getting(get), get))


class _Theirs:
    """A trace or profile function, for frames of the program and of libraries."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, frame: Any, event: str, argument: Any) -> Any:
        return None if _is_for_us(frame) else self.function(frame, event, argument)


def _is_for_us(frame: Any) -> bool:
    """Whether it is a frame of ours, or of what writes our reports."""
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("json."):
        frame = frame.f_back
    return is_ours(frame.f_code.co_filename)


def _setting(real: Callable[..., Any]) -> Callable[..., Any]:
    def sets(*arguments: Any, **options: Any) -> Any:
        if len(arguments) == 1 and arguments[0] is not None:
            arguments = (_Theirs(arguments[0]),)
        return real(*arguments, **options)

    return sets


def _getting(real: Callable[..., Any]) -> Callable[..., Any]:
    def gets(*arguments: Any, **options: Any) -> Any:
        function = real(*arguments, **options)
        return function.function if isinstance(function, _Theirs) else function

    return gets
