"""Other calls that move bytes through pipes: into several buffers or out of them, or from one descriptor to another."""

from __future__ import annotations

import os
from os import fstat, lseek  # by name: a program may replace them
from select import POLLIN, poll
from stat import S_ISREG

from .hooks import like, replace
from .pipes import Channels, has_room, waiting_in

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def watch_transfers(channels: Channels) -> None:
    """Have ``readv``, ``writev`` and the like be reported as the reads and writes that they are."""
    acts = {"readv": _reads, "writev": _writes, "sendfile": _sends_a_file, "splice": _splices}
    for name in acts.keys() & vars(os).keys():
        real = getattr(os, name)
        replace(os, name, like(acts[name](real, channels), real))


def _reads(real: Callable[..., int], channels: Channels) -> Callable[..., int]:
    def readv(*arguments: Any, **options: Any) -> int:
        if len(arguments) != 2 or not isinstance(arguments[1], list | tuple) or not arguments[1]:
            return real(*arguments, **options)
        return channels.take(arguments[0], lambda: real(*arguments), all(map(has_room, arguments[1])))  # type: ignore[no-any-return]

    return readv


def _writes(real: Callable[..., int], channels: Channels) -> Callable[..., int]:
    def writev(*arguments: Any, **options: Any) -> int:
        fd, data = arguments if len(arguments) == 2 else (None, None)
        whole = _joined(data)
        name = channels.name_out(fd) if whole else None
        if name is None or whole is None:
            return real(*arguments, **options)
        return channels.send(fd, name, memoryview(whole))  # type: ignore[arg-type]

    return writev


def _joined(data: Any) -> bytes | None:
    """All that is to be written; None for what is an error."""
    if not isinstance(data, list | tuple):
        return None
    try:
        return b"".join(bytes(memoryview(piece)) for piece in data)
    except (TypeError, ValueError):
        return None


def _sends_a_file(real: Callable[..., int], channels: Channels) -> Callable[..., int]:
    def sendfile(*arguments: Any, **options: Any) -> int:
        out, source, offset, count = (*arguments, None, None, None, None)[:4] if not options else (None,) * 4
        name = channels.name_out(out) if isinstance(count, int) else None
        most = _left_in(source, offset, count)
        if not most or name is None:
            return real(*arguments, **options)
        with channels.recorder.act("sends", name, at="pipe", count=most):
            return real(*arguments)

    return sendfile


def _left_in(source: Any, offset: Any, count: Any) -> int:
    """Bytes of a file that will be sent; none for what is no file, or an error."""
    try:
        status = fstat(source)
        place = lseek(source, 0, os.SEEK_CUR) if offset is None else offset
        return max(0, min(count, status.st_size - place)) if S_ISREG(status.st_mode) else 0
    except (OSError, TypeError, ValueError, OverflowError):
        return 0


def _splices(real: Callable[..., int], channels: Channels) -> Callable[..., int]:
    """It moves what is there, and waits only while there is nothing: so what will go through is known before.

    It is received before it is sent, as the one is before the other for whoever reads it then.
    """

    def splice(*arguments: Any, **options: Any) -> int:
        source, target, count, *more = arguments if len(arguments) >= 3 else (None, None, None)
        names = channels.name_in(source), channels.name_out(target)
        if not any(names) or not isinstance(count, int) or count <= 0:
            return real(*arguments, **options)
        offset = more[0] if more else options.get("offset_src")

        if names[0]:
            count = channels.receive(source, names[0], lambda: _first_of(source, count), lambda most: most)
        else:
            count = _left_in(source, offset, count) or count
        if names[1] and count:
            channels.recorder.record("sends", at="pipe", name=names[1], count=count)
        return real(source, target, count or arguments[2], *more, **options)

    return splice


def _first_of(source: int, count: int) -> int:
    """So many bytes are there to be moved, once there is something."""
    poller = poll()
    poller.register(source, POLLIN)
    poller.poll()
    return min(count, waiting_in(source))
