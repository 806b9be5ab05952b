"""A run as lanes, live: what the picture shows, with real times where the mouse stops and in a table."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets
import traitlets

from ...analysis.run import Run
from ...trace.event import Event
from ..html import lanes
from ..html.steps import begin, milliseconds, steps_as_table
from ..text.naming import Naming, naming
from ..text.sentences import sentence, story, told
from .accessibility import CLASS, STYLE
from .announcements import status
from .static_face import StaticFace


class Lanes(StaticFace, ipywidgets.HTML):
    """The lanes of ``run``, a trait: link it or set it anew, and they are drawn anew. Paper gets them without times."""

    run = traitlets.Instance(Run, allow_none=True)

    def __init__(self, run: Run | None = None, **settings: Any) -> None:
        super().__init__(run=run, **settings)
        self.add_class(CLASS)
        self._draw()

    @traitlets.observe("run")
    def _on_run(self, change: dict[str, Any]) -> None:
        self._draw()

    def _draw(self) -> None:
        self.value = "" if self.run is None else f"{STYLE}{_timed(self.run)}"

    def face_html(self) -> str:
        return "" if self.run is None else lanes.picture(self.run)

    def face_text(self) -> str:
        return "No run yet." if self.run is None else story(self.run)


def _timed(run: Run) -> str:
    start, names = begin(run), naming(run)
    drawn = lanes.drawing(run, lambda event: _tip(event, names, start))
    table = f"<details><summary>the steps with their times</summary>{steps_as_table(run, times=True)}</details>"
    return f"{_said(run)}{drawn}{lanes.rest(run)}{table}"


def _tip(event: Event, names: Naming, start: int) -> str:
    return f"{event.process} {sentence(event, names)} ({milliseconds(event, start)} ms after the start)"


def _said(run: Run) -> str:
    """What a screen reader says when another run is shown."""
    return status(escape(f"{run.call}: {len(told(run))} steps"))
