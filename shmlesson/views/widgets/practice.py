"""Practice: one small question after the other, each with a button that runs what it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ipywidgets
import traitlets

from .accessibility import style_for
from .announcements import status
from .controls import row
from .question import Question
from .static_face import StaticFace


class Practice(StaticFace, ipywidgets.VBox):
    """Shows the question that ``ask(number)`` gives; *Run it* shows what ``settle(number)`` says, in HTML.

    *Another one* goes on to the next. ``number`` is a trait: set it, and another question is shown. ``words`` are the
    texts of the buttons.
    """

    number = traitlets.Int(1, min=1)

    def __init__(
        self,
        ask: Callable[[int], Question],
        settle: Callable[[int], str],
        words: Mapping[str, str],
        number: int = 1,
    ) -> None:
        self._ask, self._settle = ask, settle
        self._run = _button(words["practise_run"], self.settle, "primary")
        self._next = _button(words["practise_next"], self.go_on, "")
        self._said = ipywidgets.HTML()
        super().__init__(number=number)
        self._style = style_for(self)
        self._show()
        self.observe(self._show, "number")

    @property
    def question(self) -> Question:
        """The question that is shown."""
        question: Question = self.children[0]
        return question

    def settle(self) -> None:
        """Run it, and say what that shows."""
        self._said.value = status(self._settle(self.number))

    def go_on(self) -> None:
        """Show the next question."""
        self.number += 1

    def _show(self, change: object = None) -> None:
        question = self._ask(self.number)
        self._said.value = status("")
        self.children = [question, row(self._run, self._next), self._said, self._style]

    def face_html(self) -> str:
        return self.question.face_html()

    def face_text(self) -> str:
        return self.question.face_text()


def _button(text: str, act: Callable[[], None], style: str) -> ipywidgets.Button:
    button = ipywidgets.Button(description=text, button_style=style)
    button.on_click(lambda button: act())
    return button
