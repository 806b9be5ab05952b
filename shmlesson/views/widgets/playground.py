"""The lesson under the learner's hands: a control for each setting, a run for every change, what each process saw."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets
import traitlets

from ...analysis.run import Run
from ...api.trials import Trials
from ...memory.contents import Contents
from ...memory.sizes import check_fill
from ..html import histogram, lanes
from ..html.block import strip
from ..text.scene import Scene, scene_of
from ..text.sentences import story_of
from .accessibility import style_for
from .announcements import Announcement, alert
from .busy import Busy
from .controls import FillControl, SizeControl, row
from .share_settings import CallLine, ShareSettings, Switches
from .static_face import RUN_FOR_CONTROLS, StaticFace
from .throttle import Throttle

_ORDERED = ("wait", "pipe", "semaphore")  # waits after which every run is the same
_NOT_SHOWN = "Run this cell to get its controls, and to see what the reader sees: that can differ from run to run."


class Playground(StaticFace, ShareSettings, ipywidgets.VBox):
    """A control for each setting of the lesson, and a picture of the run, or of the trials, that came back.

    ``share`` and ``trials`` are the functions of these names. ``run`` is the last ``Run``, ``result`` the last
    ``Trials``, ``complaint`` one sentence if what is chosen now cannot be done.
    """

    live = traitlets.Bool(True)
    run = traitlets.Instance(Run, allow_none=True)
    result = traitlets.Instance(Trials, allow_none=True)
    complaint = traitlets.Unicode()

    def __init__(
        self,
        share: Callable[..., Run],
        trials: Callable[..., Trials],
        /,
        size: int = 100,
        fill: int | str = "a",
        **settings: Any,
    ) -> None:
        self._share, self._trials = share, trials
        self._size, self._fill = SizeControl(size), FillControl(fill)
        self._button = ipywidgets.Button(description="Run", button_style="primary", tooltip="Run it again")
        self._live = ipywidgets.Checkbox(description="run at every change", indent=False)
        self._call_line, self._busy, self._announcement = CallLine(), Busy(), Announcement()
        self._shown = ipywidgets.HTML()
        self._last: Scene | Trials | None = None  # what was drawn last
        self._runs, self._ordered = 0, False
        super().__init__(size=self._size.value, fill=check_fill(fill), **settings)
        self._switches = Switches(self)
        self._lay_out()
        self._connect()
        self._show_settings()
        self.update()

    def _lay_out(self) -> None:
        buttons = row(self._button, self._live, self._busy)
        controls = [self._size, self._fill, self._switches, self._call_line, buttons]
        self.children = [style_for(self), *controls, self._shown, self._announcement]

    def _connect(self) -> None:
        traitlets.link((self, "size"), (self._size, "value"))
        traitlets.link((self, "fill"), (self._fill, "value"))
        traitlets.link((self, "live"), (self._live, "value"))
        self._throttle = Throttle(self.update)
        self._button.on_click(lambda button: self.update())
        self.observe(lambda change: self._changed(), "call")
        for control in (self._size, self._fill):
            control.observe(lambda change: self._draw(), "complaint")

    def _changed(self) -> None:
        """Run; unless that takes a while, the picture is sent to the browser first: other messages would delay it."""
        if self.wait == "sleep" or self.trials > 1:
            self._show_settings()
        if self.live:
            self._throttle.request()
        self._show_settings()

    def _show_settings(self) -> None:
        self._call_line.show(self.call)
        self._size.show()
        self._fill.show()

    def update(self) -> None:
        """Run the lesson with what is chosen now, and draw what happened; only draw while a control shows a mistake."""
        if not self._mistake:
            try:
                self._run()
                self.complaint = ""
            except Exception as error:  # a widget has no other way to say it
                self.complaint = f"{error}."
        self._draw()

    @property
    def _mistake(self) -> str:
        """What a control cannot read, as a sentence."""
        return str(self._size.complaint or self._fill.complaint)

    def _run(self) -> None:
        self._busy.begin(self.trials, self.trials * (self.settings["seconds"] or 0))
        try:
            if self.trials == 1:
                run = self._share(**self.settings)
                self._last, self.run = scene_of(run), run
            else:
                self._last = self.result = self._trials(self.trials, **self.settings, watch=self._watch)
        finally:
            self._busy.end()
        self._runs, self._ordered = self._runs + 1, self.trials == 1 and self.wait in _ORDERED
        self._announcement.say(f"Run {self._runs}: {_said(self._last)}")

    def _watch(self, so_far: Trials) -> None:
        self._busy.count(len(so_far))

    def _draw(self) -> None:
        self._shown.value = self._html(_live_picture)

    def _html(self, draw: Callable[[Scene | Trials], str]) -> str:
        complaint = self._mistake or self.complaint
        said = alert("Not run", complaint) if complaint else ""
        before = "<p>The last run, before that:</p>" if complaint and self._last else ""
        return said + before + (draw(self._last) if self._last else "")

    def face_html(self) -> str:
        if self._last and not self._ordered:
            return f"<p><i>{_NOT_SHOWN}</i></p><p><code>{escape(self._last.call)}</code></p>"
        return f"<p><i>{RUN_FOR_CONTROLS}</i></p>{self._html(_picture)}"

    def face_text(self) -> str:
        if isinstance(self._last, Scene) and self._ordered:
            return story_of(self._last)
        return self._last.call if self._last else self.complaint


def _picture(result: Scene | Trials) -> str:
    """HTML of constant size: what was seen and written, as strips, then the order of events; or how often what came."""
    if isinstance(result, Trials):
        return histogram.picture(result)
    return f"{_strips(result.run)}{lanes.picture_of(result)}"


def _live_picture(result: Scene | Trials) -> str:
    """The same without what else there is to say of the run, for a lesson leaves nothing open."""
    if isinstance(result, Trials):
        return histogram.picture(result)
    return f"{_strips(result.run)}{lanes.drawing(result)}"


def _strips(run: Run) -> str:
    return "".join(_row(label, contents) for label, contents in _looks(run))


def _looks(run: Run) -> list[tuple[str, Contents]]:
    """What the parent saw first, what the writer wrote, and what the reader saw last, as far as it is known."""
    looks = [event.detail["contents"] for event in run.story if event.kind == "reads" and event.process == "parent"]
    parent_writes = run.child.wrote is None
    wrote, saw = ("parent", "child") if parent_writes else ("child", "parent")
    rows = [
        ("the parent saw first", looks[0] if looks else None),
        (f"the {wrote} wrote", run.parent.wrote if parent_writes else run.child.wrote),
        (f"the {saw} saw", run.child.saw if parent_writes else run.parent.saw),
    ]
    return [(label, contents) for label, contents in rows if contents is not None]


def _said(result: Scene | Trials) -> str:
    """The outcome in a few words, for a screen reader."""
    if isinstance(result, Trials):
        return ", ".join(f"{outcome} {count}" for outcome, count in result.counts.items())
    return ", ".join(f"{label} {contents}" for label, contents in _looks(result.run)[1:])


def _row(label: str, contents: Contents) -> str:
    return f"<div>{label} <b>{escape(str(contents))}</b></div>{strip(contents, label)}"
