"""The lesson many times over, live: how often, how long the reader sleeps, a bar for how far it is, and a stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from typing import Any

import ipywidgets
import traitlets

from ...api.trials import Trials as Values
from ..html.histogram import picture
from .accessibility import style_for
from .announcements import alert, status
from .background import Background, Stopped
from .controls import row
from .static_face import RUN_FOR_CONTROLS, StaticFace

Watch = Callable[[Values], None]
Try = Callable[[int, list[float], Watch], Values]

_LONGEST = 1.0  # seconds: a stop takes effect once each length has had its turn, and that must not take long
_MOST = 12  # lengths of sleep
_BETWEEN_PICTURES = 0.2  # seconds
_NOTHING = "No trials yet: press Run."


class Trials(StaticFace, ipywidgets.VBox):
    """Calls ``try_out(count, seconds, watch)`` in the background, and shows what came back so far, and in the end.

    ``trials``, what was done last, and ``running`` are traits; both change in a thread of their own.
    """

    trials = traitlets.Instance(Values, allow_none=True)
    running = traitlets.Bool(False)
    complaint = traitlets.Unicode()

    def __init__(
        self, try_out: Try, count: int, seconds: Sequence[float], trials: Values | None = None, **settings: Any
    ) -> None:
        self._try_out, self._background = try_out, Background()
        self._count = ipywidgets.IntText(count, description="trials", layout={"width": "12em"})
        typed = ", ".join(f"{length:g}" for length in seconds)
        self._seconds = ipywidgets.Text(typed, description="sleeps (s)", layout={"width": "26em"})
        self._run = ipywidgets.Button(description="Run", button_style="primary", tooltip="Run these trials")
        self._stop = ipywidgets.Button(description="Stop", tooltip="Stop, and keep what was seen until then")
        self._bar, self._done = ipywidgets.IntProgress(min=0), ipywidgets.Label()
        self._said, self._shown = ipywidgets.HTML(), ipywidgets.HTML()
        rows = [[self._count, self._seconds], [self._run, self._stop, self._bar, self._done]]
        super().__init__(trials=trials, **settings)
        self.children = [*(row(*widgets) for widgets in rows), self._said, self._shown, style_for(self)]
        self._run.on_click(lambda button: self.start())
        self._stop.on_click(lambda button: self.stop())
        self.observe(lambda change: self._draw(self.trials), "trials")
        self._draw(trials)
        self._say(_NOTHING if trials is None else "")

    def start(self) -> None:
        """Begin with what is chosen now, and return at once; nothing happens while other trials are running."""
        if self._background.busy:
            return
        try:
            seconds = _read(self._seconds.value)
        except ValueError as error:
            self._complain(error)
            return
        count = self._count.value
        self.running, self.complaint = True, ""
        self._bar.value, self._bar.max, self._done.value = 0, max(1, count * len(seconds)), ""
        self._say("Running.")
        self._background.start(lambda: self._work(count, seconds))

    def stop(self) -> None:
        """End the trials that are running, with their processes; what was seen until then is kept."""
        if self._background.busy:
            self._background.stop()
        elif not self.complaint:
            self._say("Nothing is running.")

    def wait(self, seconds: float) -> bool:
        """Wait for the end of the trials, at most so many seconds; whether it has come."""
        return self._background.wait(seconds)

    def close(self) -> None:
        """Stop, and take the widget away."""
        self._background.stop()
        super().close()

    def _work(self, count: int, seconds: list[float]) -> None:
        self._so_far, self._drawn = Values("", ()), time.monotonic()
        try:
            self._finish(self._try_out(count, seconds, self._watch))
        except Stopped:
            self._finish(replace(self._so_far, stopped=True))
        except Exception as error:  # a widget has no other way to say it
            if len(self._so_far):
                self._finish(replace(self._so_far, stopped=True))
            self._complain(error, "Not finished" if len(self._so_far) else "Not run")
        finally:
            self.running = False

    def _watch(self, so_far: Values) -> None:
        """Show how far it is; raise ``Stopped`` if that was asked for."""
        self._so_far = so_far
        self._progress(so_far)
        if time.monotonic() - self._drawn > _BETWEEN_PICTURES:
            self._draw(so_far)
            self._drawn = time.monotonic()
        self._background.go_on()

    def _finish(self, trials: Values) -> None:
        self._progress(trials)
        self.trials = trials
        self._draw(trials)
        self._say(f"{'Stopped' if trials.stopped else 'Done'}: {self._done.value}.")

    def _progress(self, trials: Values) -> None:
        self._bar.value, self._done.value = len(trials), f"{len(trials)} of {self._bar.max} trials"

    def _complain(self, error: Exception, what: str = "Not run") -> None:
        """Say what was wrong, above the last trials that there were."""
        self.complaint = f"{error}."
        self._draw(self.trials)
        self._said.value = alert(what, self.complaint)

    def _say(self, words: str) -> None:
        self._said.value = status(escape(words))

    def _draw(self, trials: Values | None) -> None:
        self._shown.value = "" if trials is None else picture(trials)

    def face_html(self) -> str:
        drawn = f"<p>{_NOTHING}</p>" if self.trials is None else picture(self.trials)
        return f"<p><i>{RUN_FOR_CONTROLS}</i></p>{drawn}"

    def face_text(self) -> str:
        return _NOTHING if self.trials is None else str(self.trials)


def _read(text: str) -> list[float]:
    """The lengths of sleep in ``"0, 0.001"``, in seconds; ``ValueError`` for anything else."""
    allowed = (
        f"sleeps must be 1 to {_MOST} numbers of seconds, as in 0, 0.001, together at most {_LONGEST:g}, got {text!r}"
    )
    try:
        seconds = [float(word) for word in text.split(",")]
    except ValueError:
        raise ValueError(allowed) from None
    if len(seconds) > _MOST or not min(seconds) >= 0 or not sum(seconds) <= _LONGEST:
        raise ValueError(allowed)
    return seconds
