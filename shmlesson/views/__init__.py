"""Views: pictures and widgets, drawn from the values that runs come back as. Importing this loads ipywidgets."""

from __future__ import annotations

from typing import Any

from ..run import share
from . import playground
from .chart import chart
from .explorer import TrySizes
from .hexdump import hexdump
from .progress import progress
from .timeline import Lanes
from .widget_check import WidgetCheck
from .zoom import Block

__all__ = ["Block", "Lanes", "Playground", "TrySizes", "WidgetCheck", "chart", "hexdump", "progress"]


class Playground(playground.Playground):
    """The lesson under your hands: size and fill byte on controls, every change a real run.

    ``size`` (bytes), ``fill`` (0-255) and ``run`` (the last ``Run``) are traits, so ``observe`` and ``link`` work.
    """

    def __init__(self, size: int = 100, fill: int | str = "a", **settings: Any) -> None:
        super().__init__(share, size, fill, **settings)
