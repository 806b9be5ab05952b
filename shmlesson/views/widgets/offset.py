"""A control for an offset in a block: a slider that goes from window to window, and a box for any other offset."""

from __future__ import annotations

from typing import Any

import ipywidgets

from ...memory.sizes import parse_size
from ..html.grid import WINDOW
from .controls import Control, row


class OffsetControl(Control):
    """An offset in bytes, from 0 to the last byte of a block of ``size``, which may change.

    The box is there for screen readers, too: ipywidgets gives the slider's handle no name.
    """

    def __init__(self, size: int, **settings: Any) -> None:
        self.size = size
        self.slider = ipywidgets.IntSlider(
            min=0, step=WINDOW, description="window", readout=False, layout={"width": "20em", "min_width": "12em"}
        )
        self.box = ipywidgets.Text(
            description="offset", placeholder="0, 0x100 or 4 KiB", continuous_update=False, layout={"width": "16em"}
        )
        super().__init__([row(self.slider, self.box)], **settings)
        self._enters(self.slider, int)
        self._enters(self.box, self._read)
        self.show()

    def fit(self, size: int) -> None:
        """From now on the block has this size; an offset beyond it becomes that of the last byte."""
        self.size = size
        self.value = min(self.value, size - 1)
        self.show()

    def _show(self) -> None:
        self.slider.max = (self.size - 1) // WINDOW * WINDOW
        self.slider.disabled = self.slider.max == 0
        self.slider.value = self.value // WINDOW * WINDOW
        self.box.value = str(self.value)

    def _read(self, text: str) -> int:
        offset = _parsed(text)
        if not 0 <= offset < self.size:
            raise ValueError(f"offset must be from 0 to {self.size - 1} in this block, got {text!r}")
        return offset


def _parsed(text: str) -> int:
    try:
        return int(text.strip(), 0)
    except ValueError:
        pass
    try:
        return parse_size(text)
    except ValueError:
        raise ValueError(f"offset must be a number of bytes as in 300, 0x100 or 4 KiB, got {text!r}") from None
