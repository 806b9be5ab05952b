"""The lesson under the learner's hands: size and fill byte, a run for every change, what each process saw."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets
import traitlets

from ..contents import Contents
from ..records import Run
from . import lanes, words
from .block import strip
from .controls import FillControl, SizeControl
from .face import RUN_FOR_CONTROLS, StaticFace
from .latest import Latest


class Playground(StaticFace, ipywidgets.VBox):
    """Controls for size and fill byte, and a picture of the run that ``share(size, fill)`` came back as."""

    size = traitlets.Int()
    fill = traitlets.Int()
    live = traitlets.Bool(True)
    run = traitlets.Instance(Run, allow_none=True)
    complaint = traitlets.Unicode()

    def __init__(
        self, share: Callable[[int, int], Run], size: int = 100, fill: int | str = "a", **settings: Any
    ) -> None:
        self._share = share
        self._size, self._fill = SizeControl(size), FillControl(fill)
        self._button = ipywidgets.Button(description="Run", button_style="primary", tooltip="Run it again")
        self._live = ipywidgets.Checkbox(value=True, description="run at every change", indent=False)
        self._shown = ipywidgets.HTML()
        row = ipywidgets.HBox([self._button, self._live])
        super().__init__([self._size, self._fill, row, self._shown], **settings)
        traitlets.link((self._size, "value"), (self, "size"))
        traitlets.link((self._fill, "value"), (self, "fill"))
        traitlets.link((self, "live"), (self._live, "value"))
        self._latest = Latest(self.update)
        self._button.on_click(lambda button: self.update())
        self.observe(lambda change: self._changed(), ["size", "fill"])
        for control in (self._size, self._fill):
            control.observe(lambda change: self._draw(), "complaint")
        self.update()

    def _changed(self) -> None:
        if self.live:
            self._latest.request()

    def update(self) -> None:
        """Run the lesson with what is chosen now, and draw what happened; not while a control shows a mistake."""
        if not (self._size.complaint or self._fill.complaint):
            try:
                self.run, self.complaint = self._share(self.size, self.fill), ""
            except Exception as error:  # a widget has no other way to say it
                self.complaint = f"{error}."
        self._draw()

    def _draw(self) -> None:
        self._shown.value = self._html()

    def face_html(self) -> str:
        return f"<p><i>{RUN_FOR_CONTROLS}</i></p>{self._html()}"

    def _html(self) -> str:
        complaint = self._size.complaint or self._fill.complaint or self.complaint
        said = f'<p role="alert"><b>Not run:</b> {escape(complaint)}</p>' if complaint else ""
        last = "<p>The last run, before that:</p>" if complaint and self.run else ""
        return said + last + (_picture(self.run) if self.run else "")

    def face_text(self) -> str:
        return words.story(self.run) if self.run else self.complaint


def _picture(run: Run) -> str:
    """HTML of constant size: what was seen and written, as strips, then the order of events."""
    looks = [event.detail["contents"] for event in run.story if event.kind == "sees" and event.process == "parent"]
    wrote, saw = run.parent.wrote, run.child.saw
    rows = [("the parent saw first", looks[0] if looks else None), ("the parent wrote", wrote), ("the child saw", saw)]
    strips = "".join(_row(label, contents) for label, contents in rows if contents is not None)
    return f'<div role="status" aria-live="polite">{strips}</div>{lanes.picture(run)}'


def _row(label: str, contents: Contents) -> str:
    return f"<div>{label} <b>{escape(str(contents))}</b></div>{strip(contents, label)}"
