"""What a block holds: all of it as a strip, a window on its bytes, and what has changed since the last look."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets
import traitlets

from ...memory.contents import Contents
from ..html.block import dump, in_words, strip
from ..html.grid import WINDOW, grid
from ..text.changes import changes_in_words
from .accessibility import Fold, style_for
from .announcements import status
from .offset import OffsetControl
from .static_face import RUN_FOR_CONTROLS, StaticFace


class Block(StaticFace, ipywidgets.VBox):
    """What a block holds. Set ``contents`` anew, and what changed is marked, the last look kept as ``before``.

    ``contents``, ``before`` (None: no look before) and ``offset``, where the window on the bytes begins, are traits.
    """

    contents = traitlets.Instance(Contents)
    before = traitlets.Instance(Contents, allow_none=True)
    offset = traitlets.Int()

    def __init__(self, contents: Contents, before: Contents | None = None, **settings: Any) -> None:
        self._control = OffsetControl(len(contents))
        self._whole, self._said, self._window, self._dump = (ipywidgets.HTML() for _ in range(4))
        super().__init__(contents=contents, before=before, **settings)
        fold = Fold("as a hex dump", self._dump)
        self.children = [self._whole, self._said, self._control, self._window, fold, style_for(self)]
        traitlets.link((self, "offset"), (self._control, "value"))
        self.observe(self._on_contents, "contents")
        self.observe(lambda change: self._draw(), ["before", "offset"])
        self._control.observe(lambda change: self._draw(), "complaint")
        self._draw()

    @traitlets.validate("offset")
    def _within(self, proposal: dict[str, Any]) -> int:
        return max(0, min(int(proposal["value"]), len(self.contents) - 1))

    def _on_contents(self, change: dict[str, Any]) -> None:
        self._control.fit(len(self.contents))
        with self.hold_trait_notifications():
            self.before = change["old"]
        self._draw()

    def _draw(self) -> None:
        self._whole.value = f"{strip(self.contents)}{_place(self.offset, len(self.contents))}"
        said = escape(self._control.complaint) or self._in_words()
        self._said.value = status(said)
        self._window.value = grid(self.contents, self.offset, self.before)
        self._dump.value = dump(self.contents, self.offset)

    def _in_words(self) -> str:
        changed = "" if self.before is None else f" {_LEGEND}{changes_in_words(self.before, self.contents)}"
        return f"{in_words(self.contents)}.{changed}"

    def face_html(self) -> str:
        drawn = "".join(part.value for part in (self._whole, self._window, self._dump))
        return f"<p><i>{RUN_FOR_CONTROLS}</i></p><p>{self._in_words()}</p>{drawn}"

    def face_text(self) -> str:
        return str(self.contents)


_LEGEND = "Underlined in a thick frame, since the last look: "


def _place(offset: int, size: int) -> str:
    """HTML: where in the strip the window is, as a bar and in words."""
    shown = min(WINDOW, size - offset)
    bar = '<div style="flex:{} 1 0;{}"></div>'
    parts = [(offset, ""), (shown, "min-width:4px;height:5px;background:currentColor"), (size - offset - shown, "")]
    bars = "".join(bar.format(length, look) for length, look in parts)
    words = f"Below: offset {offset:,} to {offset + shown - 1:,}"
    return f'<div aria-hidden="true" style="display:flex;max-width:60em">{bars}</div><div>{words}</div>'
