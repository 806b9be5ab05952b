"""Views: pictures and widgets, drawn from the values that runs come back as. Importing this loads ipywidgets."""

from __future__ import annotations

from typing import Any

from ..run import share
from . import playground
from .chart import chart
from .explorer import TrySizes
from .progress import progress
from .widget_check import WidgetCheck

__all__ = ["Playground", "TrySizes", "WidgetCheck", "chart", "progress"]


class Playground(playground.Playground):
    """The lesson under your hands: size and fill byte on controls, every change a real run.

    ``size`` (bytes), ``fill`` (0-255) and ``run`` (the last ``Run``) are traits, so ``observe`` and ``link`` work.
    """

    def __init__(self, size: int = 100, fill: int | str = "a", **settings: Any) -> None:
        super().__init__(share, size, fill, **settings)
