"""Try a function at many sizes: a control for the size, and below it what the function returns."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets
import traitlets

from .accessibility import style_for
from .announcements import status
from .controls import SizeControl
from .static_face import RUN_FOR_CONTROLS, StaticFace
from .throttle import Throttle


class TrySizes(StaticFace, ipywidgets.VBox):
    """Calls ``function`` with the chosen size, in bytes, and shows what it returns, or its error as a sentence."""

    size = traitlets.Int()
    answer = traitlets.Unicode()

    def __init__(self, function: Callable[[int], object], size: int = 100, **settings: Any) -> None:
        self._function = function
        self._control = SizeControl(size)
        self._shown = ipywidgets.HTML()
        super().__init__(**settings)
        self.children = [self._control, self._shown, style_for(self)]
        self.size = self._control.value
        traitlets.link((self._control, "value"), (self, "size"))
        self._throttle = Throttle(self._try)
        self.observe(lambda change: self._throttle.request(), "size")
        self._control.observe(lambda change: self._draw(), "complaint")
        self._try()

    def _try(self) -> None:
        try:
            self.answer = str(self._function(self.size))
        except Exception as error:
            self.answer = f"{type(error).__name__}: {error}"
        self._draw()

    def _draw(self) -> None:
        self._shown.value = status(escape(self._control.complaint or self.answer))

    def face_html(self) -> str:
        return f"<p><i>{RUN_FOR_CONTROLS}</i></p><p>{escape(self.answer)}</p>"

    def face_text(self) -> str:
        return f"TrySizes at {self.size} bytes: {self.answer}"
