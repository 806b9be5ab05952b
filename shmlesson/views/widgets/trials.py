"""The lesson many times over, live: how often, how long the reader sleeps, a bar for how far it is, and a stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets
import traitlets

from ...api.trials import Trials as Values
from ..html.histogram import picture
from .accessibility import style_for
from .announcements import alert, status
from .controls import row
from .series import Series, Watch
from .static_face import RUN_FOR_CONTROLS, StaticFace

Try = Callable[[int, list[float], Watch], Values]

_LONGEST = 1.0  # seconds: a stop takes effect once each length has had its turn, and that must not take long
_MOST = 12  # lengths of sleep
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
        self._try_out, self._series = try_out, Series(self._draw, self._ended)
        self._count = ipywidgets.IntText(count, description="trials", layout={"width": "12em"})
        typed = ", ".join(f"{length:g}" for length in seconds)
        self._seconds = ipywidgets.Text(typed, description="sleeps (s)", layout={"width": "26em"})
        self._run = ipywidgets.Button(description="Run", button_style="primary", tooltip="Run these trials")
        self._said, self._shown = ipywidgets.HTML(), ipywidgets.HTML()
        super().__init__(trials=trials, **settings)
        self._lay_out()
        self._run.on_click(lambda button: self.start())
        self._series.stop_button.on_click(lambda button: self.stop())
        traitlets.dlink((self._series, "running"), (self, "running"))
        self.observe(lambda change: self._draw(self.trials), "trials")
        self._draw(trials)
        self._say(_NOTHING if trials is None else "")

    def _lay_out(self) -> None:
        series = self._series
        rows = [[self._count, self._seconds], [self._run, series.stop_button, series.bar, series.done]]
        self.children = [*(row(*widgets) for widgets in rows), self._said, self._shown, style_for(self)]

    def start(self) -> None:
        """Begin with what is chosen now, and return at once; nothing happens while other trials are running."""
        if self.running:
            return
        try:
            seconds = _read(self._seconds.value)
        except ValueError as error:
            self._complain(error)
            return
        count = self._count.value
        self.complaint = ""
        self._say("Running.")
        self._series.begin(lambda watch: self._try_out(count, seconds, watch), count * len(seconds))

    def stop(self) -> None:
        """End the trials that are running, with their processes; what was seen until then is kept."""
        if self.running:
            self._series.stop()
        elif not self.complaint:
            self._say("Nothing is running.")

    def wait(self, seconds: float) -> bool:
        """Wait at most this many ``seconds`` for the end of the trials; whether it has come."""
        return self._series.wait(seconds)

    def close(self) -> None:
        """Stop, and take the widget away."""
        self._series.stop()
        super().close()

    def _ended(self, trials: Values | None, error: Exception | None) -> None:
        if trials is not None:
            self.trials = trials
            self._draw(trials)
        if error is not None:
            self._complain(error, "Not finished" if trials is not None else "Not run")
        else:
            stopped = trials is None or trials.stopped
            self._say(f"{'Stopped' if stopped else 'Done'}: {self._series.done.value}.")

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
