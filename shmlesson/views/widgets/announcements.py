"""What a screen reader announces as soon as it is shown: how a run went, and what was wrong."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets

from .throttle import Debounce

OUT_OF_SIGHT = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap"


def status(html: str) -> str:
    """HTML: ``html``, announced once the screen reader has finished what it is saying."""
    return f'<div role="status" aria-live="polite">{html}</div>'


def alert(what: str, why: str) -> str:
    """HTML: ``what`` has not been done, and ``why`` (text, escaped here), announced at once."""
    return f'<p role="alert"><b>{what}:</b> {escape(why)}</p>'


class Announcement(ipywidgets.HTML):
    """How a run went, out of sight: those who see the picture need not read it, too."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._sentence = ""
        self._debounce = Debounce(self._say)

    def say(self, sentence: str, *, at_once: bool = False) -> None:
        """Announce ``sentence``, unless another one follows within half a second.

        ``at_once`` does not wait whether one follows: in a thread of its own nobody can.
        """
        self._sentence = sentence
        if at_once:
            self._say()
        else:
            self._debounce.request()

    def _say(self) -> None:
        self.value = f'<div style="{OUT_OF_SIGHT}">{status(escape(self._sentence))}</div>'
