"""FIFOs: pipes with a name in the file system, which processes open; whoever opens one waits for the other end."""

from __future__ import annotations

import os
from os import O_ACCMODE, O_NONBLOCK, O_RDWR, O_WRONLY, stat  # by name: a program may replace them
from stat import S_ISFIFO

from .descriptors import key_of
from .hooks import like, replace
from .pipes import Channels

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def watch_fifos(channels: Channels) -> None:
    """Have every FIFO be known by its maker's name for it, and report who opens it: each waits for the other end.

    So opening is a meeting: what was done before one end was opened comes before what is done behind the other.
    """
    for name in {"mkfifo", "mknod"} & vars(os).keys():
        replace(os, name, _makes(getattr(os, name), channels))
    fifos = Fifos(channels)
    replace(os, "open", fifos.opening(os.open))
    channels.opened = fifos.opened


def _makes(real: Callable[..., None], channels: Channels) -> Callable[..., None]:
    def make(*arguments: Any, **options: Any) -> None:
        real(*arguments, **options)
        there = _fifo_at(arguments[0] if arguments else options.get("path"), options.get("dir_fd"))
        if there:
            name = channels.recorder.name_for("FIFO")
            channels.incoming[there] = channels.outgoing[there] = name
            channels.recorder.record("makes", at="pipe", name=name, key=key_of(there))

    return like(make, real)


def _fifo_at(path: Any = None, dir_fd: Any = None) -> tuple[int, int] | None:
    """The identity of the FIFO at this place; None if there is none. No class of the program is asked."""
    if not isinstance(path, str | bytes) and not type(path).__module__.startswith("pathlib"):
        return None
    try:
        status = stat(path, dir_fd=dir_fd)
    except (OSError, TypeError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if S_ISFIFO(status.st_mode) else None


class Fifos:
    """The opening of FIFOs."""

    def __init__(self, channels: Channels) -> None:
        self.channels, self.recorder = channels, channels.recorder

    def opening(self, real: Callable[..., int]) -> Callable[..., int]:
        """What stands in the place of ``os.open``."""

        def open_(*arguments: Any, **options: Any) -> int:
            given = [*arguments[:2], *(options[name] for name in ("path", "flags") if name in options), None, None]
            path, flags = given[:2]
            there = _fifo_at(path, options.get("dir_fd"))
            if there is None or not isinstance(flags, int):
                return real(*arguments, **options)
            return self._open(there, flags, lambda: real(*arguments, **options))  # type: ignore[no-any-return]

        return like(open_, real)

    def opened(self, path: Any, flags: int, act: Callable[[], Any], opener: Any) -> Any:
        """What ``act`` gives, which opens this path; None if there is no FIFO. An ``opener`` calls ``os.open``."""
        there = _fifo_at(path)
        if there is None:
            return None
        return act() if opener else self._open(there, flags, act)

    def _open(self, there: tuple[int, int], flags: int, act: Callable[[], Any]) -> Any:
        name = self.channels.incoming.setdefault(there, f"FIFO{key_of(there)}")
        self.channels.outgoing.setdefault(there, name)
        mode = flags & O_ACCMODE
        own, other = ("writer", "reader") if mode == O_WRONLY else ("reader", "writer")
        for end in ("reader", "writer") if mode == O_RDWR else (own,):
            self.recorder.record("releases", at="opening", name=f"{name}’s {end}")
        if mode == O_RDWR or flags & O_NONBLOCK:
            return act()
        if self.recorder.gate:
            self.recorder.gate.bars("opens a FIFO, which waits for its other end and takes no turns")
        with self.recorder.act("acquires", f"{name}’s {other}", at="opening", turn=False) as met:
            met.begins_to_wait()
            return act()
