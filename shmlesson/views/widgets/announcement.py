"""A picture for who hears it: one sentence, said once nothing new has come for a moment, and a table to be read."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets

from .announcements import status
from .throttle import Debounce

_OUT_OF_SIGHT = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap"


class Announcement(ipywidgets.HTML):
    """Out of sight: who sees the picture need not read it in words."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._sentence = self._table = ""
        self._debounce = Debounce(self._say)

    def say(self, sentence: str, table: str = "") -> None:
        """Have ``sentence`` said, unless another one comes right behind it; ``table`` (HTML) stands below it."""
        self._sentence, self._table = sentence, table
        self._debounce.request()

    def _say(self) -> None:
        self.value = f'<div style="{_OUT_OF_SIGHT}">{status(escape(self._sentence))}{self._table}</div>'
