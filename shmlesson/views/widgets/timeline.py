"""A run to step through: the program's lines, the lanes, and what was printed, held and waited for after each step."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ...analysis.run import Run
from ..html import lanes
from ..text.moments import moments
from ..text.scene import Scene, scene_of
from ..text.sentences import story_of
from .static_face import StaticFace

_HERE = Path(__file__).parent


class Lanes(StaticFace, anywidget.AnyWidget):
    """The lanes of ``run``, to be gone through step by step. Paper gets all of them at once, without times.

    Traits, so ``observe`` and ``link`` work: ``run``, set anew to draw another one, and ``step``, the one that is shown
    (from 1; 0 is before the first). ``fork_returns`` is whether it says what a fork returned. All is sent at once,
    so stepping needs neither the kernel nor the run's processes.
    """

    _esm = _HERE / "timeline.js"
    _css = _HERE / "timeline.css"

    run = traitlets.Instance(Run, allow_none=True)
    step = traitlets.Int().tag(sync=True)
    call = traitlets.Unicode().tag(sync=True)
    source = traitlets.Unicode().tag(sync=True)  # the program's text
    moments: Any = traitlets.Dict().tag(sync=True)  # what is known of each step
    drawing = traitlets.Unicode().tag(sync=True)  # HTML: a table, with data-step in each of its rows
    rest = traitlets.Unicode().tag(sync=True)  # HTML: what the steps leave open

    _fork_returns = True
    _scene: Scene | None = None

    def __init__(self, run: Run | None = None, step: int = 1, *, fork_returns: bool = True, **settings: Any) -> None:
        self._fork_returns = fork_returns
        super().__init__(**settings)
        self.run = run  # which draws it
        self.step = step

    @traitlets.validate("step")
    def _within(self, proposal: dict[str, Any]) -> int:
        last = len(self._scene.steps) if self._scene else 0
        return max(0, min(int(proposal["value"]), last))

    @traitlets.observe("run")
    def _draw(self, change: dict[str, Any]) -> None:
        self._scene = None if self.run is None else scene_of(self.run, fork_returns=self._fork_returns)
        with self.hold_sync():
            for name, value in _shown(self._scene).items():
                self.set_trait(name, value)
            self.step = 1

    def focus(self) -> None:
        """Have the browser put the learner's keyboard on the slider."""
        self.send({"focus": True})

    def face_html(self) -> str:
        return "" if self._scene is None else lanes.picture_of(self._scene)

    def face_text(self) -> str:
        return "No run yet." if self._scene is None else story_of(self._scene)


def _shown(scene: Scene | None) -> dict[str, Any]:
    """What the browser draws, by the names of the traits."""
    if scene is None:
        return {"call": "", "source": "", "moments": {}, "drawing": "", "rest": ""}
    return {
        "call": scene.call,
        "source": scene.run.source,
        "moments": asdict(moments(scene)),
        "drawing": lanes.drawing(scene),
        "rest": lanes.rest(scene),
    }
