"""Progress through steps that take a while, as a bar with words beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import TypeVar

import ipywidgets
from IPython.display import display

from .static_face import StaticFace

Step = TypeVar("Step")


def progress(steps: Iterable[Step], label: str = "step") -> Iterator[Step]:
    """Yield each of ``steps`` in turn, and show in a bar and in words how many are done; also if it is ended before."""
    steps = list(steps)
    bar = _Bar(len(steps), label)
    display(bar)
    done = 0
    try:
        for done, step in enumerate(steps):
            bar.show(done, f"{label} {step}")
            yield step
        done = len(steps)
    finally:
        bar.show(done, "done" if done == len(steps) else "ended there")


class _Bar(StaticFace, ipywidgets.HBox):
    def __init__(self, total: int, label: str) -> None:
        self._total, self._label = total, label
        self._bar, self._words = ipywidgets.IntProgress(min=0, max=total), ipywidgets.Label()
        super().__init__([self._bar, self._words])
        self.show(0, "")

    def show(self, done: int, words: str) -> None:
        self._bar.value, self._words.value = done, f"{done} of {self._total}{', ' if words else ''}{words}"
        self._bar.bar_style = "success" if done == self._total else ""

    def face_text(self) -> str:
        return f"Progress bar, {self._total} steps ({self._label})"

    def face_html(self) -> str:
        return f"<p>{escape(self.face_text())}</p>"
