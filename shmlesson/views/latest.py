"""Do only the newest of many requests: while a slider is dragged, what was passed on the way need not be run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from IPython.core.getipython import get_ipython

_PAUSE = 0.03  # seconds: a person sees no delay, and a drag's messages have arrived by then


class Latest:
    """Calls ``act`` once for any number of requests that come in quick succession from the browser.

    A request that comes from code in a cell, or from a test, is acted on at once: the next line may rely on it.
    """

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self._waiting = False

    def request(self) -> None:
        if not _from_the_browser():
            self._act()
        elif not self._waiting:
            self._waiting = True
            asyncio.get_running_loop().call_later(_PAUSE, self._go)

    def _go(self) -> None:
        self._waiting = False
        self._act()


def _from_the_browser() -> bool:
    """Whether what is being handled now is a message from a widget in the browser."""
    kernel = getattr(get_ipython(), "kernel", None)
    return kernel is not None and kernel.get_parent().get("header", {}).get("msg_type") == "comm_msg"
