"""Do widgets work here? The browser draws this one, or shows the sentence that stands in for it."""

from __future__ import annotations

from typing import Any

import ipywidgets
import traitlets

from .accessibility import style_for
from .static_face import StaticFace

# Before the cell was run this is what stands there, and nothing is wrong: so that comes first.
_NOT_RUN = "Run this cell first: a button will take the place of this text."
_NO_WIDGETS = (
    "If you have run it and this text is still here, this page cannot draw widgets: run  pip install ipywidgets  in "
    "the environment that JupyterLab runs in, then restart JupyterLab and reload the page."
)


class WidgetCheck(StaticFace, ipywidgets.VBox):
    """A button that answers. ``works`` turns true once it has been pressed."""

    works = traitlets.Bool(False)

    def __init__(self, **settings: Any) -> None:
        self._button = ipywidgets.Button(description="Press me", button_style="primary")
        self._said = ipywidgets.HTML("Widgets are drawn here. Press the button to see whether they answer, too.")
        super().__init__(**settings)
        self.children = [self._button, self._said, style_for(self)]
        self._button.on_click(lambda button: self._pressed())

    def _pressed(self) -> None:
        self.works = True
        self._said.value = '<span role="status">Widgets work here, both ways.</span>'

    def face_html(self) -> str:
        return f"<p><b>{_NOT_RUN}</b></p><p>{_NO_WIDGETS}</p>"

    def face_text(self) -> str:
        return f"{_NOT_RUN} {_NO_WIDGETS}"
