"""A series of trials in the background: a bar and words for how far it is, a stop, and what was seen until then."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import ipywidgets
import traitlets

from ...api.trials import Trials
from .background import Background, Stopped

Watch = Callable[[Trials], None]
TryOut = Callable[[Watch], Trials | None]  # what it gives back has been watched on the way; None: nothing to be counted

_BETWEEN_PICTURES = 0.2  # seconds


class Series(traitlets.HasTraits):
    """Does one series at a time, in a thread of its own; ``running`` is a trait. Whoever lays out has its widgets.

    ``show`` gets what has come so far, now and then. ``ended`` gets what there is in the end, None if that is nothing,
    and the error that ended it, None if none did; but not if the series was to make room for the next one.
    """

    running = traitlets.Bool(False)

    def __init__(
        self, show: Callable[[Trials], None], ended: Callable[[Trials | None, Exception | None], None]
    ) -> None:
        super().__init__()
        self._show, self._ended, self._background = show, ended, Background()
        self.stop_button = ipywidgets.Button(description="Stop", tooltip="Stop, and keep what was seen until then")
        self.bar, self.done = ipywidgets.IntProgress(min=0), ipywidgets.Label()

    def begin(self, try_out: TryOut, total: int) -> None:
        """Begin with ``total`` trials, and return at once; a series that goes on is stopped first."""
        self.running = True
        self._background.start_anew(lambda: self._work(try_out, total))

    def stop(self) -> None:
        """End the trials that are running, with their processes; what was seen until then is kept."""
        if self.running:
            self.done.value = f"{self.done.value}, stopping"  # after the trial that sleeps now
        self._background.stop()

    def wait(self, seconds: float) -> bool:
        """Wait at most this many ``seconds`` for the end of the trials; whether it has come."""
        return self._background.wait(seconds)

    def _work(self, try_out: TryOut, total: int) -> None:
        self.running, self._so_far, self._drawn = True, Trials("", ()), time.monotonic()
        self.bar.value, self.bar.max, self.done.value = 0, max(1, total), ""
        error = None
        try:
            trials = try_out(self._watch)
        except Stopped:
            trials = self._until_then()
        except Exception as what:  # a widget has no other way to say it
            trials, error = self._until_then(), what
        if not self._background.replaced:
            self._end(trials, error)

    def _until_then(self) -> Trials | None:
        return replace(self._so_far, stopped=True) if len(self._so_far) else None

    def _end(self, trials: Trials | None, error: Exception | None) -> None:
        self._count(trials or self._so_far)
        try:
            self._ended(trials, error)
        finally:
            self.running = False

    def _watch(self, so_far: Trials) -> None:
        """Show how far it is; raise ``Stopped`` if that was asked for."""
        self._so_far = so_far
        self._count(so_far)
        self._background.go_on()
        if time.monotonic() - self._drawn > _BETWEEN_PICTURES:
            self._show(so_far)
            self._drawn = time.monotonic()

    def _count(self, trials: Trials) -> None:
        self.bar.value, self.done.value = len(trials), f"{len(trials):,} of {self.bar.max:,} trials"
