"""The settings of the lesson: as traits, as controls to choose them by, and as a line of Python that does the same."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets
import traitlets

from ...client.settings import MADE, WAITS, WRITERS, call_of
from ...memory.block import MEMORY
from .controls import row

_NAMES = ("size", "fill", "wait", "seconds", "memory", "made", "writer", "trials")
_LAYOUT = {"width": "16em"}
_LOOK = (
    "flex:1 1 20em;min-width:0;max-width:60em;padding:3px 6px;border:1px solid #777;"
    "font-family:var(--jp-code-font-family,monospace);font-size:var(--jp-code-font-size,13px);"
    "background:var(--jp-layout-color0,#fff);color:var(--jp-ui-font-color1,#111)"
)
_LABEL = "display:flex;flex-flow:row wrap;align-items:center;gap:2px 8px;margin:2px 2px 2px 6px"


class ShareSettings(traitlets.HasTraits):
    """The lesson's settings, and the ``call`` that follows them: ``size`` in bytes, ``fill`` from 0 to 255.

    ``seconds`` is the length of the sleep, and counts only with ``wait="sleep"``; ``trials`` is how often it is run.
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

    @traitlets.observe(*_NAMES)
    def _on_setting(self, change: dict[str, Any]) -> None:
        self.set_trait("call", self._call())


class Switches(ipywidgets.VBox):
    """A stock control for each of the ``settings`` but size and fill, linked to its trait.

    They are drop-down lists: a screen reader announces their names and what is chosen, and Space opens them. It does
    not announce which of ipywidgets' toggle buttons is pressed, and JupyterLab takes the arrow keys that radio buttons
    need.
    """

    def __init__(self, settings: ShareSettings) -> None:
        self.writer = _choice("who writes", parent="the parent", child="the child")
        self.wait = _choice("other waits", **_WAYS)
        self.seconds = ipywidgets.FloatText(description="seconds", step=0.01, layout={"width": "12em"})
        self.memory = _choice("memory", shared="shared", private="private", bytearray="a bytearray")
        self.made = _choice("block made", before="before the fork", after="after the fork")
        self.trials = ipywidgets.IntText(description="trials", layout={"width": "12em"})
        names = ("writer", "wait", "seconds", "memory", "made", "trials")
        super().__init__([row(*(getattr(self, name) for name in names))])
        for name in names:
            traitlets.link((settings, name), (getattr(self, name), "value"))
        traitlets.dlink((settings, "wait"), (self.seconds.layout, "display"), _shown_for_a_sleep)


_WAYS = {
    "none": "not at all",
    "sleep": "for a sleep",
    "wait": "for the child",
    "pipe": "at a pipe",
    "semaphore": "at a semaphore",
}


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
        self.value = f'<label style="{_LABEL}">in Python {field}</label>'
