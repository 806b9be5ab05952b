"""Eventfds: numbers in the kernel that one process adds to and another takes, as bytes go through a pipe."""

from __future__ import annotations

import os

from .hooks import like, replace
from .pipes import Channels

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def watch_eventfds(channels: Channels) -> None:
    """Have every ``os.eventfd`` be known, and what is added and taken be reported; only Linux has them."""
    if hasattr(os, "eventfd"):
        replace(os, "eventfd", _makes(os.eventfd, channels))
        replace(os, "eventfd_read", _takes(os.eventfd_read, channels))
        replace(os, "eventfd_write", _adds(os.eventfd_write, channels))


def _makes(real: Callable[..., int], channels: Channels) -> Callable[..., int]:
    def eventfd(*arguments: Any, **options: Any) -> int:
        fd = real(*arguments, **options)
        first = arguments[0] if arguments else options.get("initval")
        value = {"value": int(first)} if isinstance(first, int) else {}
        channels.name(fd, channels.recorder.name_for("eventfd"), **value)
        return fd

    return like(eventfd, real)


def _takes(real: Callable[..., int], channels: Channels) -> Callable[..., int]:
    def eventfd_read(*arguments: Any, **options: Any) -> int:
        fd: Any = arguments[0] if arguments else options.get("fd")
        name = channels.name_in(fd)
        if name is None:
            return real(*arguments, **options)
        number: int = channels.receive(fd, name, lambda: real(*arguments, **options), lambda number: number)
        return number

    return like(eventfd_read, real)


def _adds(real: Callable[..., None], channels: Channels) -> Callable[..., None]:
    def eventfd_write(*arguments: Any, **options: Any) -> None:
        fd, number, *_ = [*arguments, *(options[name] for name in ("fd", "value") if name in options), None, None]
        name = channels.name_out(fd) if isinstance(number, int) and number >= 0 else None
        if name is None:
            return real(*arguments, **options)
        with channels.recorder.act("sends", name, at="pipe", count=int(number)):
            return real(*arguments, **options)

    return like(eventfd_write, real)
