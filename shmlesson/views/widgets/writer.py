"""Controls for a text that one of two processes is to write at an offset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets

from ...client.settings import ROLES

Write = Callable[[str, int, str], None]  # who, offset, text


class Writer(ipywidgets.HBox):
    """A text, an offset, who writes it, and the button that has it written."""

    def __init__(self, write: Write, **settings: Any) -> None:
        self.text = ipywidgets.Text("Hello", description="text", layout={"width": "16em"})
        self.offset = ipywidgets.IntText(0, description="at offset", layout={"width": "11em"})
        self.who = ipywidgets.Dropdown(options=ROLES, description="written by", layout={"width": "13em"})
        self.button = ipywidgets.Button(description="Write", button_style="primary", tooltip="Have it written")
        children = [self.text, self.offset, self.who, self.button]
        super().__init__(children, layout={"flex_flow": "row wrap"}, **settings)
        self.button.on_click(lambda button: write(self.who.value, self.offset.value, self.text.value))
