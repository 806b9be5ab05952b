"""Only the newest of many requests is acted on: while a slider is dragged, what it passes need not be run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from IPython.core.getipython import get_ipython

_LONGEST_REST = 0.03  # seconds
_QUIET = 0.5  # seconds: by then a slider that was dragged has been let go


class Throttle:
    """Calls ``act`` at once, and then not for as long as that took; of the requests in between the newest one counts.

    The browser itself sends the next place of a slider only when the kernel has done with the last one, so nothing
    queues. A request that comes from code in a cell, or from a test, is always acted on at once: the next line may
    rely on it.
    """

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self._waiting = False
        self._rested = 0.0  # on the monotonic clock

    def request(self) -> None:
        rest = self._rested - time.monotonic()
        if rest <= 0 or not _from_the_browser():
            self._go()
        elif not self._waiting:
            self._waiting = True
            asyncio.get_running_loop().call_later(rest, self._after_rest)

    def _after_rest(self) -> None:
        if self._waiting:
            self._go()

    def _go(self) -> None:
        self._waiting = False
        begun = time.monotonic()
        try:
            self._act()
        finally:
            ended = time.monotonic()
            self._rested = ended + min(_LONGEST_REST, ended - begun)


class Debounce:
    """Calls ``act`` once no request has come from the browser for half a second; at once for one from code."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self._timer: asyncio.TimerHandle | None = None

    def request(self) -> None:
        if self._timer:
            self._timer.cancel()
        if _from_the_browser():
            self._timer = asyncio.get_running_loop().call_later(_QUIET, self._act)
        else:
            self._act()


def _from_the_browser() -> bool:
    """Whether what is being handled now is a message from a widget in the browser."""
    kernel = getattr(get_ipython(), "kernel", None)
    return kernel is not None and kernel.get_parent().get("header", {}).get("msg_type") == "comm_msg"
