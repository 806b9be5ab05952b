"""The bytes that the parent sees and those that the child sees, side by side; controls to write a text into them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from ...client.settings import ROLES
from ..html.colour import colour

_HERE = Path(__file__).parent

Pressed = Callable[[str, int, str | None], None]  # who, offset, and the character that was typed, if one was
Write = Callable[[str, int, str], None]  # who, offset, text


class Panes(anywidget.AnyWidget):
    """Two grids of bytes, drawn by panes.js from the traits; ``on_press`` says what to call when a byte is pressed."""

    _esm = _HERE / "panes.js"
    _css = _HERE / "panes.css"

    parent = traitlets.Bytes().tag(sync=True)
    child = traitlets.Bytes().tag(sync=True)
    changed: Any = traitlets.Dict({"parent": [], "child": []}).tag(sync=True)  # offsets, by role
    said = traitlets.Unicode().tag(sync=True)
    hint = traitlets.Unicode().tag(sync=True)
    memory = traitlets.Unicode().tag(sync=True)
    alive = traitlets.Bool(True).tag(sync=True)
    colours: Any = traitlets.List().tag(sync=True)  # by byte, as in all pictures

    @traitlets.default("colours")
    def _colours(self) -> list[str]:
        return [colour(byte) for byte in range(256)]

    def on_press(self, pressed: Pressed) -> None:
        """From now on call ``pressed`` for each byte that is pressed, or that a character is typed on."""
        self.on_msg(lambda widget, content, buffers: _pass_on(content, pressed))


def _pass_on(content: Any, pressed: Pressed) -> None:
    if isinstance(content, dict) and {"who", "offset"} <= content.keys():
        pressed(content["who"], content["offset"], content.get("typed"))


class Writer(ipywidgets.HBox):
    """Controls for a text that one of two processes is to write at an offset; the button calls ``write``."""

    def __init__(self, write: Write, **settings: Any) -> None:
        self.text = ipywidgets.Text("Hello", description="text", layout={"width": "16em"})
        self.offset = ipywidgets.IntText(0, description="at offset", layout={"width": "11em"})
        self.who = ipywidgets.Dropdown(options=ROLES, description="written by", layout={"width": "13em"})
        self.button = ipywidgets.Button(description="Write", button_style="primary", tooltip="Have it written")
        children = [self.text, self.offset, self.who, self.button]
        super().__init__(children, layout={"flex_flow": "row wrap"}, **settings)
        self.button.on_click(lambda button: write(self.who.value, self.offset.value, self.text.value))
