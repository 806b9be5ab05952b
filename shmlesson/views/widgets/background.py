"""Work beside the notebook's own, in a thread: one at a time, and it can be stopped wherever it calls ``go_on``."""

from __future__ import annotations

import threading
from collections.abc import Callable

Work = Callable[[], None]


class Stopped(Exception):
    """The work was asked to stop."""


class Background:
    """A thread that does one work after the other; ``work`` calls ``go_on`` as often as it can."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()  # held while it is decided who goes on: this thread, or another one
        self._busy, self._next = False, None

    _next: Work | None

    @property
    def busy(self) -> bool:
        """Whether there is work going on."""
        return self._busy

    @property
    def replaced(self) -> bool:
        """Whether another work waits for the end of the one that goes on."""
        return self._next is not None

    def start(self, work: Work) -> None:
        """Begin with ``work`` and return at once; ``RuntimeError`` while there is other work."""
        with self._lock:
            if self._busy:
                raise RuntimeError("only one job at a time, and the last one is still running")
            self._begin(work)

    def start_anew(self, work: Work) -> None:
        """Stop what goes on, have ``work`` done then, and return at once; of several that wait the newest is done."""
        with self._lock:
            if self._busy:
                self._next = work
                self._stop.set()
            else:
                self._begin(work)

    def stop(self) -> None:
        """Ask the work to stop, and what waits for its end not to begin; return at once."""
        with self._lock:
            self._next = None
            self._stop.set()

    def go_on(self) -> None:
        """Called by the work itself: raise ``Stopped`` if it has been asked to stop."""
        if self._stop.is_set():
            raise Stopped

    def wait(self, seconds: float) -> bool:
        """Wait at most this many ``seconds`` for the end of the work; whether it has come."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.busy

    def _begin(self, work: Work) -> None:
        self._stop.clear()
        self._busy = True
        self._thread = threading.Thread(target=self._do, args=[work], daemon=True)  # a kernel need not wait for it
        self._thread.start()

    def _do(self, work: Work | None) -> None:
        while work is not None:
            try:
                work()
            except BaseException:
                self.stop()  # what waits would wait for ever
                self._what_next()
                raise
            work = self._what_next()

    def _what_next(self) -> Work | None:
        with self._lock:
            work, self._next = self._next, None
            self._busy = work is not None
            if work is not None:
                self._stop.clear()
        return work
