"""What many orders of a program's steps led to, each outcome with a button that opens it, to be stepped through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from ...analysis.run import Run
from ...api.exploration import Exploration, Outcome
from ..html import exploration as pictures
from .static_face import StaticFace
from .timeline import Lanes

_HERE = Path(__file__).parent


class Outcomes(anywidget.AnyWidget):
    """The table, drawn by orders.js; ``opened`` is the place of the outcome that is open, -1 for none."""

    _esm = _HERE / "orders.js"
    _css = _HERE / "timeline.css"

    table = traitlets.Unicode().tag(sync=True)  # HTML
    opened = traitlets.Int(-1).tag(sync=True)

    def on_open(self, open_: Callable[[int], None]) -> None:
        """From now on call ``open_`` with the place of each outcome whose button is pressed."""
        self.on_msg(lambda widget, content, buffers: _pass_on(content, open_))


def _pass_on(content: Any, open_: Callable[[int], None]) -> None:
    if isinstance(content, dict) and isinstance(content.get("open"), int):
        open_(content["open"])


class Orders(StaticFace, ipywidgets.VBox):
    """The outcomes of ``exploration``, what ``explore`` gives; below them the one that was opened, step by step.

    Traits, so ``observe`` and ``link`` work: ``exploration``, and ``opened``, the place among its ``outcomes`` of the
    one to step through (from 0; None for none). ``fork_returns`` is whether it says what a fork returned.
    """

    exploration = traitlets.Instance(Exploration, allow_none=True)
    opened = traitlets.Int(None, allow_none=True)

    def __init__(
        self,
        exploration: Exploration | None = None,
        opened: int | None = None,
        *,
        fork_returns: bool = True,
        **settings: Any,
    ) -> None:
        self._fork_returns = fork_returns
        self._outcomes, self._lanes = Outcomes(), Lanes(fork_returns=fork_returns)
        super().__init__([self._outcomes, self._lanes], **settings)
        self._outcomes.on_open(self._pressed)
        self.exploration = exploration  # which draws it
        self.opened = opened

    @traitlets.validate("opened")
    def _kept(self, proposal: dict[str, Any]) -> int | None:
        """Only what has been kept can be opened."""
        asked: int | None = proposal["value"]
        return asked if asked is not None and self._run(asked) else None

    @traitlets.observe("exploration")
    def _set_out(self, change: dict[str, Any]) -> None:
        found = self.exploration
        self._outcomes.table = "" if found is None else pictures.outcomes(found, _button)
        self.opened = None
        self._show()

    @traitlets.observe("opened")
    def _show(self, change: dict[str, Any] | None = None) -> None:
        self._outcomes.opened = -1 if self.opened is None else self.opened
        self._lanes.run = self._ordinary() if self.opened is None else self._run(self.opened)

    def _pressed(self, place: int) -> None:
        """Open it, and lead the learner there; who has pressed the button of the one that is open, too."""
        self.opened = place
        self._lanes.focus()

    def _run(self, place: int) -> Run | None:
        """The run of this outcome, by what is said of it; None if it was not kept, or there is no such outcome."""
        found = self.exploration
        if found is None or not 0 <= place < len(found.outcomes):
            return None
        outcome, said = found.outcomes[place], found.different[place]
        return outcome.run and replace(outcome.run, call=f"order {outcome.order}: {'; '.join(said)}")

    def _ordinary(self) -> Run | None:
        """Where a program cannot be explored, there is one run of it."""
        return None if self.exploration is None else self.exploration.ordinary

    def face_html(self) -> str:
        found = self.exploration
        return "" if found is None else pictures.picture(found, fork_returns=self._fork_returns)

    def face_text(self) -> str:
        return "No orders yet." if self.exploration is None else str(self.exploration)


def _button(place: int, outcome: Outcome) -> str:
    label = escape(f"Step through order {outcome.order}")
    return f'<button type="button" data-outcome="{place}" aria-label="{label}">Step through</button>'
