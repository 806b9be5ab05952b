"""One block in the maps of two processes, live: one step at a time, beside the whole."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets
import traitlets

from ...api.maps import ELSEWHERE, Mapping
from ...api.maps import Maps as Values
from ...memory.sizes import say_size
from ..html.maps import LEGEND, bars, lines, picture
from .accessibility import Fold, style_for
from .announcements import status
from .static_face import RUN_FOR_CONTROLS, StaticFace


class Maps(StaticFace, ipywidgets.VBox):
    """The maps of two processes. ``maps`` (what ``shmlesson.maps`` gives) and ``step``, which is shown, are traits."""

    maps = traitlets.Instance(Values, allow_none=True)
    step = traitlets.Unicode(allow_none=True)

    def __init__(self, maps: Values | None = None, **settings: Any) -> None:
        # A list opens by the space bar; radio buttons need arrow keys, and JupyterLab takes these to go to other cells.
        self._choice = ipywidgets.Dropdown(description="step", layout={"width": "20em"})
        self._lines, self._said, self._bars, self._whole = (ipywidgets.HTML() for _ in range(4))
        self._fold = Fold("all steps", self._whole)
        super().__init__(maps=maps, **settings)
        traitlets.link((self._choice, "value"), (self, "step"))
        self.observe(lambda change: self._set_out(), "maps")
        self.observe(lambda change: self._draw(), "step")
        self._set_out()

    @traitlets.validate("step")
    def _known(self, proposal: dict[str, Any]) -> str | None:
        """Whatever the maps have; the last step for anything else."""
        known = (*(self.maps.steps if self.maps else ()), None)
        step: str | None = proposal["value"]
        return step if step in known else self._last()

    def _set_out(self) -> None:
        """Begin with the last step of the maps, where there is most to see."""
        steps = self.maps.steps if self.maps else ()
        self._choice.options = steps
        self.step = self._last()
        parts = [self._lines, self._choice, self._said, self._bars, self._fold] if steps else [self._said]
        self.children = [*parts, style_for(self)]
        self._draw()

    def _last(self) -> str | None:
        return self.maps.steps[-1] if self.maps and self.maps.steps else None

    def _draw(self) -> None:
        self._said.value = status(escape(self._in_words()))
        if self.maps and self.step:
            self._lines.value, self._bars.value = lines(self.maps), f"{bars(self.maps, (self.step,))}{LEGEND}"
            self._whole.value = bars(self.maps, self.maps.steps)

    def _in_words(self) -> str:
        if self.maps is None:
            return "No maps yet."
        if not self.step:
            return f"{self.maps.call}: {ELSEWHERE}"
        sides = "; ".join(_in_memory(role, mapping) for role, mapping in self.maps[self.step].items())
        return f"Now, {self.step}: {sides}. The sum of both Pss is {say_size(self.maps.total_pss(self.step))}."

    def face_html(self) -> str:
        if self.maps is None:
            return "<p>No maps yet.</p>"
        return f"<p><i>{RUN_FOR_CONTROLS}</i></p>{picture(self.maps)}"

    def face_text(self) -> str:
        return "No maps yet." if self.maps is None else str(self.maps)


def _in_memory(role: str, mapping: Mapping) -> str:
    return f"{role} has {say_size(mapping.rss)} of it in memory"
