"""Notice what comes on a descriptor while nobody waits for it: the notebook's event loop looks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Notice:
    """Has the event loop that runs here call ``act`` whenever ``fd`` turns readable, until it is cancelled."""

    def __init__(self, fd: int, act: Callable[[], object]) -> None:
        self._fd = fd
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
            self._loop.add_reader(fd, act)
        except (RuntimeError, NotImplementedError):
            self._loop = None  # a plain program, or a loop that can only wait for sockets

    def cancel(self) -> None:
        """Look no longer; before the descriptor is closed, for its number may be given out again."""
        if self._loop:
            self._loop.remove_reader(self._fd)
            self._loop = None
