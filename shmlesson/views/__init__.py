"""Views: pictures and widgets, drawn from the values that runs come back as. Importing this loads ipywidgets.

A view never acts by itself: whatever forks is passed in. Here, and only here, the three widgets that act are given what
they act with: ``share`` and ``trials``, or a ``LivePair``. And those that draw runs are told how ``Drawing`` is set.
May import ``api``, and what that may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from ..analysis.run import Run
from ..api.exploration import Exploration
from ..api.live_pair import LivePair
from ..api.share import share
from ..api.trials import Trials as Values
from ..api.trials import trials
from .drawing import Drawing
from .html.chart import chart
from .text.hexdump import hexdump
from .widgets import live, orders, playground, timeline
from .widgets import trials as trials_widget
from .widgets.progress import progress
from .widgets.series import Watch
from .widgets.stepper import Maps
from .widgets.try_sizes import TrySizes
from .widgets.widget_check import WidgetCheck
from .widgets.zoom import Block

__all__ = [
    "Block",
    "Drawing",
    "Lanes",
    "LiveBlock",
    "Maps",
    "Orders",
    "Playground",
    "Trials",
    "TrySizes",
    "WidgetCheck",
    "chart",
    "hexdump",
    "progress",
]


def _as_set(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings of a widget, those of ``Drawing`` where it has been given no other."""
    return {"fork_returns": Drawing.instance().fork_returns, **settings}


class Lanes(timeline.Lanes):
    """The lanes of ``run``, to be gone through step by step. Paper gets all of them at once, without times.

    Traits, so ``observe`` and ``link`` work: ``run``, set anew to draw another one, and ``step``, the one that is shown
    (from 1; 0 is before the first). Stepping needs no kernel.
    """

    def __init__(self, run: Run | None = None, step: int = 1, **settings: Any) -> None:
        super().__init__(run, step, **_as_set(settings))


class Orders(orders.Orders):
    """The outcomes of ``exploration``, what ``explore`` gives; below them the one that was opened, step by step.

    Traits, so ``observe`` and ``link`` work: ``exploration``, and ``opened``, the place among its ``outcomes`` of the
    one to step through (from 0; None for none).
    """

    def __init__(self, exploration: Exploration | None = None, opened: int | None = None, **settings: Any) -> None:
        super().__init__(exploration, opened, **_as_set(settings))


class Playground(playground.Playground):
    """The lesson with a control for each setting that ``share`` and ``trials`` take; every change is a real run.

    Traits, so ``observe`` and ``link`` work: ``size`` (bytes), ``fill`` (0-255), ``wait``, ``seconds``, ``memory``,
    ``made``, ``writer``, ``trials`` (how often; 1 draws the run itself), ``call`` (the same as Python), ``run`` (the
    last ``Run``), ``result`` (the last ``Trials``) and ``live`` (run at every change). ``ValueError`` or ``TypeError``
    for a size or a fill that cannot be; what cannot be run is a sentence in the widget.
    """

    def __init__(self, size: int = 100, fill: int | str = "a", **settings: Any) -> None:
        super().__init__(share, trials, size, fill, **_as_set(settings))


class LiveBlock(live.LiveBlock):
    """A parent and a child that stay alive: press a byte in one, or type on it, and see what the other process reads.

    Traits, so ``observe`` and ``link`` work: ``size`` (bytes, 1 to 256) and ``memory`` (``"shared"`` or ``"private"``),
    where a change makes another pair; ``parent`` and ``child`` (what each saw last), ``said`` (the last sentence) and
    ``alive``. ``ValueError`` or ``TypeError`` for a size or a memory that cannot be.
    """

    def __init__(self, size: int = 64, memory: str = "shared", **settings: Any) -> None:
        super().__init__(LivePair, size, memory, **settings)


class Trials(trials_widget.Trials):
    """The lesson many times over: for each length of ``seconds``, ``count`` runs with a reader that sleeps that long.

    ``lesson`` holds what ``shmlesson.trials`` takes besides, such as ``{"size": 4096, "writer": "child"}``.
    ``trials`` (the last ones, or those to show at first) and ``running`` are traits; what cannot be run is a sentence
    in the widget.
    """

    def __init__(
        self,
        count: int = 50,
        seconds: Sequence[float] = (0, 0.0001, 0.001, 0.01),
        *,
        lesson: Mapping[str, Any] = MappingProxyType({}),
        **settings: Any,
    ) -> None:
        def try_out(count: int, seconds: list[float], watch: Watch) -> Values:
            return trials(count, wait="sleep", seconds=seconds, watch=watch, **lesson)

        super().__init__(try_out, count, seconds, **settings)
