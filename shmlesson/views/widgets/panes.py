"""Two panes side by side, under the learner's fingers: the bytes that the parent sees, those that the child sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

_HERE = Path(__file__).parent

Pressed = Callable[[str, int, str | None], None]  # who, offset, and the character that was typed, if one was


class Panes(anywidget.AnyWidget):
    """Draws what it is told; whoever has ``on_press``ed is called with each byte that is pressed or typed on."""

    _esm = _HERE / "panes.js"
    _css = _HERE / "panes.css"

    parent = traitlets.Bytes().tag(sync=True)
    child = traitlets.Bytes().tag(sync=True)
    changed: Any = traitlets.Dict({"parent": [], "child": []}).tag(sync=True)  # offsets, by role
    said = traitlets.Unicode().tag(sync=True)
    hint = traitlets.Unicode().tag(sync=True)
    memory = traitlets.Unicode().tag(sync=True)
    alive = traitlets.Bool(True).tag(sync=True)

    def on_press(self, pressed: Pressed) -> None:
        """From now on call this for each press."""
        self.on_msg(lambda widget, content, buffers: _pass_on(content, pressed))


def _pass_on(content: Any, pressed: Pressed) -> None:
    if isinstance(content, dict) and {"who", "offset"} <= content.keys():
        pressed(content["who"], content["offset"], content.get("typed"))
