"""Progress through steps that take a while, as a bar with words beside it."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from html import escape
from typing import TypeVar

import ipywidgets
from IPython.display import display

from .accessibility import style_for
from .static_face import StaticFace

Step = TypeVar("Step")


def progress(steps: Iterable[Step], label: str = "step") -> Generator[Step, str | None, None]:
    """Yield each of ``steps`` in turn, and show in a bar and in words how many are done; also if it is ended before.

    Send it words if it turns out that there are no more steps than are done: they are shown, and the bar is full.
    A notebook that is saved has the last words.
    """
    steps = list(steps)
    bar = _Bar(len(steps), label)
    shown = display(bar, display_id=True)
    done, words = 0, ""
    try:
        for done, step in enumerate(steps):
            bar.show(done, f"{label} {step}")
            if words := (yield step) or "":
                break
        else:
            done = len(steps)
    finally:
        bar.end(done, words)
        if shown is not None:  # there is no notebook
            shown.update(bar)


class _Bar(StaticFace, ipywidgets.HBox):
    def __init__(self, total: int, label: str) -> None:
        self._total, self._label = total, label
        self._bar, self._words = ipywidgets.IntProgress(min=0, max=total), ipywidgets.Label()
        super().__init__()
        self.children = [self._bar, self._words, style_for(self)]
        self.show(0, "")

    def show(self, done: int, words: str) -> None:
        self._bar.value, self._words.value = done, f"{done} of {self._total}{', ' if words else ''}{words}"

    def end(self, done: int, words: str) -> None:
        """Show that it is over after so many steps; ``words`` say that these were all, if more were expected."""
        self.show(done, "done" if done == self._total else "ended there")
        if words:
            self._bar.value = self._total
            self._words.value = words
        self._bar.bar_style = "success" if self._bar.value == self._total else ""

    # The beginning is what tests/nbval.cfg takes for the same, however far it has come.
    def face_text(self) -> str:
        return f"Progress ({self._label.rstrip(':')}): {self._words.value}"

    def face_html(self) -> str:
        return f"<p>{escape(self.face_text())}</p>"
