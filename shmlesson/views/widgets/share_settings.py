"""The settings of the lesson: as traits, as controls to choose them by, and as a line of Python that does the same."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets
import traitlets

from ...client.settings import MADE, WAITS, WRITERS, call_of
from ...memory.block import MEMORY
from .controls import Line, row

LONGEST, ALL_TOGETHER = 10.0, 60.0  # seconds, as share and trials have time for unless one says so
MOST_TRIALS = 100_000
_NAMES = ("size", "fill", "wait", "seconds", "memory", "made", "writer", "trials")
_LAYOUT = {"width": "auto", "flex": "1 1 20em", "max_width": "26em"}
_NUMBER = {"width": "auto", "flex": "1 1 11em", "max_width": "13em"}
_LOOK = (
    "flex:1 1 14em;min-width:0;max-width:60em;padding:3px 6px;border:1px solid #777;"
    "font-family:var(--jp-code-font-family,monospace);font-size:var(--jp-code-font-size,13px);"
    "background:var(--jp-layout-color0,#fff);color:var(--jp-ui-font-color1,#111)"
)
_NAME = "flex:0 0 80px;text-align:right"
_LABEL = "display:flex;flex-flow:row wrap;align-items:center;gap:2px 8px;margin:2px 2px 2px 0"


class ShareSettings(traitlets.HasTraits):
    """The lesson's settings, and the ``call`` that follows them: ``size`` in bytes, ``fill`` from 0 to 255.

    ``seconds`` is the length of the sleep, and counts only with ``wait="sleep"``; ``trials`` is how often it is run.
    Only a parent can wait for a child: where a change makes that impossible, the nearest that is possible takes its
    place, and ``moved`` says so.
    """

    size = traitlets.Int(100)
    fill = traitlets.Int(97)
    wait = traitlets.Enum(WAITS, "pipe")
    seconds = traitlets.Float(0.1)
    memory = traitlets.Enum(MEMORY, "shared")
    made = traitlets.Enum(MADE, "before")
    writer = traitlets.Enum(WRITERS, "parent")
    trials = traitlets.Int(1)
    call = traitlets.Unicode(read_only=True)
    moved = traitlets.Unicode(read_only=True)

    @property
    def settings(self) -> dict[str, Any]:
        """The keyword arguments of ``share`` and ``trials``; ``seconds`` is None where nobody sleeps."""
        settings = {name: getattr(self, name) for name in _NAMES if name != "trials"}
        return settings if self.wait == "sleep" else {**settings, "seconds": None}

    @traitlets.default("call")
    def _call(self) -> str:
        if self.trials == 1:
            return call_of("share", self.settings)
        return call_of("trials", self.settings, self.trials)

    @property
    def mistakes(self) -> dict[str, str]:
        """What is wrong with a setting alone, by its name, in the words of its control."""
        sleeps, trials, together = self.wait == "sleep", self.trials, self.trials * self.seconds
        wrong = {
            "size": f"size must be at least 1 byte, got {self.size}" if self.size < 1 else "",
            "fill": "" if 0 <= self.fill <= 255 else f"fill must be a number from 0 to 255, got {self.fill}",
            "trials": "" if 1 <= trials <= MOST_TRIALS else f"trials must be from 1 to {MOST_TRIALS:,}, got {trials}",
        }
        if sleeps and not 0 <= self.seconds < LONGEST:
            wrong["seconds"] = f"seconds must be from 0 to less than {LONGEST:g}, got {self.seconds:g}"
        elif sleeps and trials > 1 and together >= ALL_TOGETHER:
            wrong["seconds"] = (
                f"{trials:,} trials of {self.seconds:g} seconds must take less than {ALL_TOGETHER:g}, got {together:g}"
            )
        return {name: f"{sentence}." for name, sentence in wrong.items() if sentence}

    @traitlets.observe(*_NAMES)
    def _on_setting(self, change: dict[str, Any]) -> None:
        self._keep_possible(change["name"])
        self.set_trait("call", self._call())

    def _keep_possible(self, changed: str) -> None:
        if self.wait == "wait" and self.writer == "parent":
            moved, name, value = _NEAREST["wait" if changed == "wait" else "writer"]
            setattr(self, name, value)
            self.set_trait("moved", moved)
        elif changed in ("wait", "writer"):
            self.set_trait("moved", "")


_NEAREST = {
    "wait": ("Only a parent can wait for a child: so now the child writes.", "writer", "child"),
    "writer": ("Only a parent can wait for a child: so now the child waits at a pipe.", "wait", "pipe"),
}


class Switches(ipywidgets.VBox):
    """A stock control for each of the ``settings`` but size and fill, linked to its trait; lines for what is wrong.

    They are drop-down lists: a screen reader announces their names and what is chosen, and Space opens them. It does
    not announce which of ipywidgets' toggle buttons is pressed, and JupyterLab takes the arrow keys that radio buttons
    need.
    """

    def __init__(self, settings: ShareSettings) -> None:
        self._settings = settings
        self.writer = _choice("who writes", parent="the parent", child="the child")
        self.wait = _choice("other waits", **_WAYS)
        self.seconds = ipywidgets.FloatText(description="seconds", step=0.01, layout={**_NUMBER, "display": "none"})
        self.memory = _choice("memory", shared="shared", private="private", bytearray="a bytearray")
        self.made = _choice("block made", before="before the fork", after="after the fork")
        self.trials = ipywidgets.IntText(description="trials", layout=_NUMBER)
        self.why_not, self.wrong = Line(), Line()
        rows = [row(self.writer, self.wait), self.why_not, row(self.memory, self.made)]
        super().__init__([*rows, row(self.trials, self.seconds), self.wrong])
        for name in ("writer", "seconds", "memory", "made", "trials"):
            traitlets.link((settings, name), (getattr(self, name), "value"))
        traitlets.dlink((settings, "wait"), (self.seconds.layout, "display"), _shown_for_a_sleep)
        self.wait.observe(lambda change: self._choose(change["new"]), "value")
        settings.observe(lambda change: self._offer(), ["wait", "writer", "moved"])
        self._offer()

    _offering = False

    def _choose(self, wait: str) -> None:
        if not self._offering:
            self._settings.wait = wait

    def _offer(self) -> None:
        """Offer the ways to wait that there are for this writer, with the chosen one, and say which is left out."""
        settings = self._settings
        ways = [(said, way) for way, said in _WAYS.items() if way != "wait" or settings.writer == "child"]
        self._offering = True
        try:
            with self.wait.hold_sync():
                if [*self.wait.options] != ways:
                    self.wait.options = ways
                self.wait.value = settings.wait
        finally:
            self._offering = False
        self.why_not.show("", settings.moved or ("" if settings.writer == "child" else _LEFT_OUT))


_WAYS = {
    "none": "not at all",
    "sleep": "for a sleep",
    "wait": "for the child",
    "pipe": "at a pipe",
    "semaphore": "at a semaphore",
}


_LEFT_OUT = "“for the child” is missing here: only a parent can wait for its child."


def _shown_for_a_sleep(wait: str) -> str | None:
    return None if wait == "sleep" else "none"


def _choice(description: str, **words: str) -> ipywidgets.Dropdown:
    """A drop-down list; ``words`` has the label of each value."""
    options = [(said, value) for value, said in words.items()]
    return ipywidgets.Dropdown(options=options, description=description, layout=_LAYOUT)


class CallLine(ipywidgets.HTML):
    """Shows a call in a read-only field; the browser selects all of it when Tab reaches it, ready to be copied."""

    def show(self, call: str) -> None:
        """Show this call from now on."""
        field = f'<input readonly value="{escape(call)}" style="{_LOOK}">'
        self.value = f'<label style="{_LABEL}"><span style="{_NAME}">in Python</span> {field}</label>'
