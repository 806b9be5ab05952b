"""A program with blanks, which are text fields; a button runs what is filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import anywidget
import ipywidgets
import traitlets

from ..html.prose import code_block, prose
from .accessibility import style_for
from .announcements import status
from .static_face import StaticFace

_HERE = Path(__file__).parent


class Blanks(anywidget.AnyWidget):
    """The program, drawn by fill_in.js: ``pieces``, and between each two of them a field with one of ``texts``."""

    _esm = _HERE / "fill_in.js"
    _css = _HERE / "arrange.css"

    pieces: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    texts: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)


class FillIn(StaticFace, ipywidgets.VBox):
    """Shows ``text`` and the program; *Run* shows the HTML that ``run`` makes of the program as it is filled in.

    ``texts`` is a trait: what stands in the blanks.
    """

    texts: traitlets.List[str] = traitlets.List(traitlets.Unicode())

    def __init__(self, text: str, pieces: Sequence[str], words: Mapping[str, str], run: Callable[[str], str]) -> None:
        self._text, self._pieces, self._run = text, [*pieces], run
        self._blanks = Blanks(pieces=self._pieces, texts=[""] * (len(pieces) - 1), label=words["blank"])
        self._said = ipywidgets.HTML()
        button = ipywidgets.Button(description=words["run_it"], button_style="primary")
        button.on_click(lambda button: self.run())
        super().__init__([ipywidgets.HTML(prose(text)), self._blanks, button, self._said, style_for(self)])
        traitlets.link((self._blanks, "texts"), (self, "texts"))

    @property
    def source(self) -> str:
        """The program as it is filled in; empty while nothing is."""
        if not any(text.strip() for text in self.texts):
            return ""
        return self._with([text.strip() for text in self.texts])

    def run(self) -> None:
        """Run it, and show what comes of it."""
        self._said.value = status(self._run(self.source))

    def _with(self, texts: Sequence[str]) -> str:
        texts = [*texts, *[""] * len(self._pieces)]
        return "".join(f"{piece}{text}" for piece, text in zip(self._pieces, texts, strict=False)) + "\n"

    def face_html(self) -> str:
        return f"{prose(self._text)}{code_block(self._on_paper())}"

    def face_text(self) -> str:
        return f"{self._text}\n\n{self._on_paper()}"

    def _on_paper(self) -> str:
        return self._with([f"__({number})__" for number in range(1, len(self._pieces))])
