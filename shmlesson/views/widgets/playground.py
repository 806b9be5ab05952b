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
from ..text import conclusion
from ..text.scene import Scene, scene_of
from ..text.sentences import story_of
from .accessibility import own_style, style_for
from .announcements import OUT_OF_SIGHT, Announcement
from .busy import Busy
from .controls import LINE, FillControl, Line, SizeControl, row
from .series import Series, Watch
from .share_settings import CallLine, ShareSettings, Switches
from .static_face import RUN_FOR_CONTROLS, StaticFace
from .throttle import Throttle

_ORDERED = ("wait", "pipe", "semaphore")  # waits after which every run is the same
_NOT_SHOWN = "Run this cell to get its controls, and to see what the reader sees: that can differ from run to run."
_SIZES = "From 1 byte to 64 MiB, typed as 5000, 1e3, 1.5 KiB or 20 MB."
_FILLS = "Any byte: a character, a number from 0 to 255, or hex."
# Side by side where the widget itself, not the window, has room for both: at most 67em together.
_CONTROLS = {"flex": "1 1 27em", "min_width": "0", "max_width": "48em"}
_RESULT = {"flex": "4 1 38em", "min_width": "0", "margin": "2px 2px 2px 8px"}
_CALL_IS_ABOVE = "shmlesson-call-is-above"
_STYLE = f"""
.{_CALL_IS_ABOVE} .shmlesson-run>caption {{{OUT_OF_SIGHT}}}
@media (max-width: 600px) {{.{LINE} {{min-height: 5.4em !important}}}}
"""
_BARS = 260  # of the histogram, so that the counts beside them are in sight
_COLUMNS = {"flex_flow": "row wrap", "align_items": "flex-start"}

Last = Scene | Trials


class Playground(StaticFace, ShareSettings, ipywidgets.VBox):
    """A control for each setting of the lesson, and a picture of the run, or of the trials, that came back.

    ``share`` and ``trials`` are the functions of these names. ``run`` is the last ``Run``, ``result`` the last
    ``Trials``, ``complaint`` one sentence if what is chosen now cannot be done. A run is over when ``update`` returns.
    Trials are done in the background: ``running`` says so, ``wait_until_done`` waits, ``stop`` ends them; a change
    stops them, too, and begins anew. ``fork_returns`` is whether the picture says what a fork returned.
    """

    live = traitlets.Bool(True)
    run = traitlets.Instance(Run, allow_none=True)
    result = traitlets.Instance(Trials, allow_none=True)
    complaint = traitlets.Unicode()
    running = traitlets.Bool(False)

    def __init__(
        self,
        share: Callable[..., Run],
        trials: Callable[..., Trials],
        /,
        size: int = 100,
        fill: int | str = "a",
        *,
        fork_returns: bool = True,
        **settings: Any,
    ) -> None:
        self._share, self._trials, self._fork_returns = share, trials, fork_returns
        self._size, self._fill = SizeControl(size), FillControl(fill)
        self._button = ipywidgets.Button(
            description="Run", button_style="primary", tooltip="Run it again", layout={"width": "8em"}
        )
        self._live = ipywidgets.Checkbox(description="run at every change", indent=False, layout={"width": "auto"})
        self._call_line, self._busy, self._announcement = CallLine(), Busy(), Announcement()
        self._series = Series(self._so_far, self._ended)
        self._lines = {"size": Line(_SIZES), "fill": Line(_FILLS), "run": Line(indented=False)}
        self._shown = ipywidgets.HTML()
        self._last: Last | None = None  # what was drawn last
        self._fill_of_last = 0
        self._runs, self._ordered = 0, False
        self._failure: dict[str, str] = {}  # what went wrong in the last run, by where that is said
        super().__init__(size=self._size.value, fill=check_fill(fill), **settings)
        self._switches = Switches(self)
        self._lay_out()
        self._connect()
        self._show_settings()
        self.update()

    def _lay_out(self) -> None:
        series, lines = self._series, self._lines
        series.stop_button.layout.width = "8em"
        buttons = row(self._button, series.stop_button, self._live)
        progress = ipywidgets.HBox([series.bar, series.done, self._busy, lines["run"]])  # never all of them
        fields = [self._size, lines["size"], self._fill, lines["fill"], self._switches]
        controls = ipywidgets.VBox([*fields, self._call_line, buttons, progress], layout=_CONTROLS)
        result = ipywidgets.VBox([self._shown], layout=_RESULT)
        columns = ipywidgets.HBox([controls, result], layout=_COLUMNS)
        self.children = [style_for(self), own_style(_STYLE), columns, self._announcement]

    def _connect(self) -> None:
        traitlets.link((self, "size"), (self._size, "value"))
        traitlets.link((self, "fill"), (self._fill, "value"))
        traitlets.link((self, "live"), (self._live, "value"))
        traitlets.dlink((self._series, "running"), (self, "running"))
        traitlets.dlink((self, "trials"), (self._series.stop_button, "disabled"), lambda trials: trials == 1)
        traitlets.dlink((self, "running"), (self._series.bar.layout, "display"), _shown_while_running)
        traitlets.dlink((self, "running"), (self._series.done.layout, "display"), _shown_while_running)
        self._throttle = Throttle(self.update)
        self._button.on_click(lambda button: self.update())
        self._series.stop_button.on_click(lambda button: self.stop())
        self.observe(lambda change: self._changed(), "call")
        for control in (self._size, self._fill):
            control.observe(lambda change: self._draw(), "complaint")

    def _changed(self) -> None:
        """Run; unless that takes a while, the picture is sent to the browser first: other messages would delay it."""
        if self.wait == "sleep" or self.trials > 1 or self.running:
            self._show_settings()
        try:
            if self.live:
                self._throttle.request()
        finally:
            self._show_settings()

    def _show_settings(self) -> None:
        self._call_line.show(self.call)
        for control in (self._size, self._fill):
            if not control.complaint:  # what could not be read stays there to be corrected
                control.show()

    def update(self) -> None:
        """Run the lesson with what is chosen now, and draw what happened; only draw while a control shows a mistake."""
        self._failure = {}
        if not self._mistakes:
            if self.trials > 1 or self.running:
                self._begin(self.trials, self.settings)
            else:
                self._run_once(self.settings)
        self._draw()

    def stop(self) -> None:
        """End the trials that are running, with their processes; what was seen until then is kept."""
        self._series.stop()

    def wait_until_done(self, seconds: float) -> bool:
        """Wait at most this many ``seconds`` for the end of the trials; whether it has come."""
        return self._series.wait(seconds)

    def close(self) -> None:
        """Stop, and take the widget away."""
        self._series.stop()
        super().close()

    @property
    def _mistakes(self) -> dict[str, str]:
        """What is wrong with what is chosen now, by the control that shows it; what cannot be read comes first."""
        unread = {"size": self._size.complaint, "fill": self._fill.complaint}
        return {**self.mistakes, **{name: said for name, said in unread.items() if said}}

    def _run_once(self, settings: dict[str, Any]) -> None:
        try:
            with self._busy.during(settings["seconds"] or 0):
                self._take(self._share(**settings))
        except KeyboardInterrupt:
            self._failure = {"run": "the run was interrupted."}
            self._draw()
            raise
        except Exception as error:  # a widget has no other way to say it
            self._failure = _said_where(error)

    def _begin(self, count: int, settings: dict[str, Any]) -> None:
        """Begin with trials, or with a run for which trials have to make room."""

        def try_out(watch: Watch) -> Trials | None:
            self._fill_of_last = settings["fill"]
            if count > 1:
                return self._trials(count, **settings, watch=watch)
            self._take(self._share(**settings), at_once=True)
            return None

        self._series.begin(try_out, count)

    def _so_far(self, trials: Trials) -> None:
        self._shown.value = histogram.picture(trials, call=False, width=_BARS)

    def _ended(self, trials: Trials | None, error: Exception | None) -> None:
        self._failure = {} if error is None else _said_where(error)
        if trials is not None:
            self._last, self.result, self._ordered = trials, trials, False
            self._announce(at_once=True)
        self._draw()

    def _take(self, run: Run, *, at_once: bool = False) -> None:
        scene = scene_of(run, fork_returns=self._fork_returns)
        self._last, self.run, self._ordered = scene, run, self.wait in _ORDERED
        self._announce(at_once=at_once)

    def _announce(self, *, at_once: bool) -> None:
        self._runs += 1
        said = f"Run {self._runs}: {self._conclusion()} {_said(self._last)}" if self._last else ""
        self._announcement.say(said, at_once=at_once)

    def _draw(self) -> None:
        wrong = {**self._failure, **self._mistakes}
        self.complaint = next(iter(wrong.values()), "")
        self._shown.value = self._html(_live_picture)
        self._lines["size"].show(wrong.get("size", ""), _SIZES)
        self._lines["fill"].show(wrong.get("fill", ""), _FILLS)
        self._switches.wrong.show(wrong.get("trials", "") or wrong.get("seconds", ""))
        self._lines["run"].show(wrong.get("run", ""))

    def _html(self, draw: Callable[[Last], str]) -> str:
        """What came of the last run, the conclusion first; with its call where that is not what is chosen now."""
        if not self._last:
            return ""
        other = "" if self._last.call == self.call else f"<p>The last run, <code>{escape(self._last.call)}</code>:</p>"
        said = self._conclusion()
        bold = f'<p style="margin:0 0 8px"><b>{escape(said)}</b></p>' if said else ""
        # The picture has the call, too; it is out of sight where the line beside it says the same.
        look = "" if other else f' class="{_CALL_IS_ABOVE}"'
        return f'<div style="line-height:1.4"{look}>{other}{bold}{draw(self._last)}</div>'

    def _conclusion(self) -> str:
        if isinstance(self._last, Trials):
            return conclusion.of_trials(self._last, self._fill_of_last)
        return conclusion.of_run(self._last.run) if self._last else ""

    def face_html(self) -> str:
        if self.trials > 1 or (self._last and not self._ordered):
            return f"<p><i>{_NOT_SHOWN}</i></p><p><code>{escape(self.call)}</code></p>"
        return f"<p><i>{RUN_FOR_CONTROLS}</i></p>{self._html(_picture) or escape(self.complaint)}"

    def face_text(self) -> str:
        if self.trials == 1 and isinstance(self._last, Scene) and self._ordered:
            return story_of(self._last)
        return self.call if self._last or self.trials > 1 else self.complaint


def _shown_while_running(running: bool) -> str | None:
    return None if running else "none"


def _said_where(error: Exception) -> dict[str, str]:
    """The error as a sentence, by where it is said: at the size, if that does not fit, or else below the button."""
    about_size = isinstance(error, ValueError) and str(error).startswith("size ")
    return {"size" if about_size else "run": f"{error}."}


def _picture(result: Last) -> str:
    """HTML of constant size: what was seen and written, as strips, then the order of events; or how often what came."""
    if isinstance(result, Trials):
        return histogram.picture(result, call=False, width=_BARS)
    return f"{_strips(result.run)}{lanes.picture_of(result)}"


def _live_picture(result: Last) -> str:
    """The same without what else there is to say of the run, for a lesson leaves nothing open."""
    if isinstance(result, Trials):
        return histogram.picture(result, call=False, width=_BARS)
    return f"{_strips(result.run)}{lanes.drawing(result)}"


def _strips(run: Run) -> str:
    """All on one scale, so with one axis, below the last."""
    looks = _looks(run)
    return "".join(_row(label, contents, axis=contents is looks[-1][1]) for label, contents in looks)


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


def _said(result: Last) -> str:
    """The outcome in a few words, for a screen reader."""
    if isinstance(result, Trials):
        return ", ".join(f"{outcome} {count}" for outcome, count in result.counts.items())
    return ", ".join(f"{label} {contents}" for label, contents in _looks(result.run)[1:])


def _row(label: str, contents: Contents, *, axis: bool) -> str:
    role = "parent" if "parent" in label else "child"
    return f"<div>{label} <b>{escape(str(contents))}</b></div>{strip(contents, label, axis=axis, role=role)}"
