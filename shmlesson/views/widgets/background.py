"""Work beside the notebook's own, in a thread: one at a time, and it can be stopped wherever it calls ``go_on``."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Stopped(Exception):
    """The work was asked to stop."""


class Background:
    """A thread that does one work after the other; ``work`` calls ``go_on`` as often as it can."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether there is work going on."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, work: Callable[[], None]) -> None:
        """Begin with ``work`` and return at once; ``RuntimeError`` while there is other work."""
        if self.busy:
            raise RuntimeError("only one work at a time, and the last one goes on")
        self._stop.clear()
        self._thread = threading.Thread(target=work, daemon=True)  # a kernel that is shut down need not wait for it
        self._thread.start()

    def stop(self) -> None:
        """Ask the work to stop, and return at once."""
        self._stop.set()

    def go_on(self) -> None:
        """Called by the work itself: raise ``Stopped`` if it has been asked to stop."""
        if self._stop.is_set():
            raise Stopped

    def wait(self, seconds: float) -> bool:
        """Wait for the end of the work, at most so many seconds; whether it has come."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.busy
