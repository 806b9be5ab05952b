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
from ..text.naming import Naming
from ..text.scene import Scene, scene_of
from ..text.sentences import sentence, story_of
from .accessibility import CLASS, STYLE
from .announcements import status
from .static_face import StaticFace


class Lanes(StaticFace, ipywidgets.HTML):
    """The lanes of ``run``, a trait: link it or set it anew, and they are drawn anew. Paper gets them without times."""

    run = traitlets.Instance(Run, allow_none=True)

    _scene: Scene | None = None

    def __init__(self, run: Run | None = None, **settings: Any) -> None:
        super().__init__(run=run, **settings)  # which draws it
        self.add_class(CLASS)

    @traitlets.observe("run")
    def _draw(self, change: dict[str, Any]) -> None:
        self._scene = None if self.run is None else scene_of(self.run)
        self.value = "" if self._scene is None else f"{STYLE}{_timed(self._scene)}"

    def face_html(self) -> str:
        return "" if self._scene is None else lanes.picture_of(self._scene)

    def face_text(self) -> str:
        return "No run yet." if self._scene is None else story_of(self._scene)


def _timed(scene: Scene) -> str:
    start = begin(scene.run)
    drawn = lanes.drawing(scene, lambda event: _tip(event, scene.names, start))
    table = f"<details><summary>the steps with their times</summary>{steps_as_table(scene, times=True)}</details>"
    return f"{_said(scene)}{drawn}{lanes.rest(scene)}{table}"


def _tip(event: Event, names: Naming, start: int) -> str:
    return f"{event.process} {sentence(event, names)} ({milliseconds(event, start)} ms after the start)"


def _said(scene: Scene) -> str:
    """What a screen reader says when another run is shown."""
    return status(escape(f"{scene.call}: {len(scene.steps)} steps"))
