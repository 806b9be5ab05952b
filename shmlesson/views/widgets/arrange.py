"""The lines of a program in disorder, to be put in order by mouse or keys; a button runs what is put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import anywidget
import ipywidgets
import traitlets

from ..html.prose import code_block, prose
from .accessibility import style_for
from .announcements import status
from .static_face import StaticFace

_HERE = Path(__file__).parent
# What arrange.js says: the titles of both lists, what to do, and what was done.
_SAID = ("program_title", "tray_title", "arrange_hint", "moved_to", "left_out", "nothing_in_it")


class Lines(anywidget.AnyWidget):
    """Two lists, drawn by arrange.js: of ``lines`` those that ``order`` names, in that order, and the others."""

    _esm = _HERE / "arrange.js"
    _css = _HERE / "arrange.css"

    head = traitlets.Unicode().tag(sync=True)
    lines: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    order: traitlets.List[int] = traitlets.List(traitlets.Int()).tag(sync=True)
    words: traitlets.Dict[str, str] = traitlets.Dict().tag(sync=True)


class Arrange(StaticFace, ipywidgets.VBox):
    """Shows ``text`` and ``lines``; *Run* shows the HTML that ``run`` makes of the program that was put together.

    ``head`` stands above it, and stays there. ``order`` is a trait: the places of the lines that are taken, in order;
    ``TraitError`` for a place that there is not, or one that comes twice.
    """

    order: traitlets.List[int] = traitlets.List(traitlets.Int())

    def __init__(
        self, text: str, head: str, lines: Sequence[str], words: Mapping[str, str], run: Callable[[str], str]
    ) -> None:
        self._text, self._head, self._lines, self._run = text, head, [*lines], run
        self._list = Lines(head=head, lines=self._lines, words={name: words[name] for name in _SAID})
        self._said = ipywidgets.HTML()
        button = ipywidgets.Button(description=words["run_it"], button_style="primary")
        button.on_click(lambda button: self.run())
        super().__init__([ipywidgets.HTML(prose(text)), self._list, button, self._said, style_for(self)])
        traitlets.link((self._list, "order"), (self, "order"))

    @traitlets.validate("order")
    def _there(self, proposal: dict[str, Any]) -> list[int]:
        order: list[int] = proposal["value"]
        if len({*order}) < len(order) or not {*order} <= {*range(len(self._lines))}:
            raise traitlets.TraitError(
                f"order must have places from 0 to {len(self._lines) - 1}, each once, got {order}"
            )
        return order

    @property
    def source(self) -> str:
        """The program as it is put together; empty while no line is taken."""
        return "\n".join([self._head, "", *(self._lines[place] for place in self.order), ""]) if self.order else ""

    def run(self) -> None:
        """Run it, and show what comes of it."""
        self._said.value = status(self._run(self.source))

    def face_html(self) -> str:
        return f"{prose(self._text)}{code_block(self._on_paper())}"

    def face_text(self) -> str:
        return f"{self._text}\n\n{self._on_paper()}"

    def _on_paper(self) -> str:
        """The lines as a lettered list, whatever was put together."""
        listed = (f"({letter}) {line}" for letter, line in zip(ascii_lowercase, self._lines, strict=False))
        return "\n".join([self._head, "", *listed])
