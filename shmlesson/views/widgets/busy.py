"""Progress of a run that takes its time: after a second, a bar and a sentence that count the trials that are done."""

from __future__ import annotations

import time

import ipywidgets

_AFTER = 1.0  # seconds
_BETWEEN = 0.2  # seconds: often enough for a bar
_GONE = {"display": "none"}


class Busy(ipywidgets.HBox):
    """A bar and words, out of sight until a run has taken a second, or if it is known that it will."""

    def __init__(self) -> None:
        self._bar, self._words = ipywidgets.IntProgress(), ipywidgets.HTML()
        super().__init__([self._bar, self._words], layout=_GONE)

    def begin(self, total: int, seconds: float) -> None:
        """A run of ``total`` trials begins, which will sleep for so many ``seconds`` in all."""
        self._begun, self._shown, self._total = time.monotonic(), 0.0, total
        self._bar.max = total
        if seconds >= _AFTER:
            self._show(0)

    def count(self, done: int) -> None:
        """So many trials are done."""
        now = time.monotonic()
        if now - self._begun >= _AFTER and now - self._shown >= _BETWEEN:
            self._show(done)

    def end(self) -> None:
        """The run is over."""
        self.layout.display = "none"

    def _show(self, done: int) -> None:
        first = self.layout.display == "none"  # said once, by a screen reader, and not at every step of the bar
        self._bar.value, self._shown = done, time.monotonic()
        words = f"running: {done} of {self._total} trials" if self._total > 1 else "running"
        self._words.value = f'<span role="status">{words}</span>' if first else words
        self.layout.display = None
