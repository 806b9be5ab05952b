"""Controls for a size and a fill byte, each with several ways of entering the same value, which are kept in step."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets
import traitlets

from ...memory.sizes import check_fill, check_size, parse_fill, parse_size, say_size, shown

LARGEST = 64 << 20
STEPS = (1, 10, 100, 1000, *(1 << power for power in range(12, 27)))  # bytes: 1 to 64 MiB


class Control(ipywidgets.VBox):
    """Several widgets that show one ``value``; ``complaint`` is a sentence while the input is none, else empty."""

    value = traitlets.Int()
    complaint = traitlets.Unicode()

    def _enters(self, widget: ipywidgets.Widget, read: Callable[[Any], int]) -> None:
        """Take the value from ``widget`` whenever it changes."""
        widget.observe(lambda change: self._take(change["new"], read), "value")

    def _take(self, entered: Any, read: Callable[[Any], int]) -> None:
        if self._showing:
            return
        try:
            value = read(entered)
        except (TypeError, ValueError) as error:
            self.complaint = f"{error}."
        else:
            self.complaint = ""
            self._set(value)

    def _set(self, value: int) -> None:
        """Take the value, and let whoever follows it act, before the other widgets show it: a picture goes first."""
        self._taking = True
        try:
            self.value = value
        finally:
            self._taking = False
        self.show()

    _showing = _taking = False

    @traitlets.observe("value")
    def _on_value(self, change: dict[str, Any]) -> None:
        if not self._taking:
            self.show()
        self.complaint = ""  # what could not be read is no longer shown

    def show(self) -> None:
        """Make every widget show the value."""
        self._showing = True
        try:
            self._show()
        finally:
            self._showing = False

    def _show(self) -> None:
        raise NotImplementedError


class SizeControl(Control):
    """A size in bytes: a slider with steps from 1 byte to 64 MiB, and a box to type any other.

    The box is there for screen readers, too: ipywidgets gives the slider's handle no name, and its value is the step.
    """

    def __init__(self, size: int, **settings: Any) -> None:
        self.slider = _Slider(
            options=[(say_size(step), step) for step in STEPS],
            value=nearest_step(size),
            description="size",
            readout=False,  # it can be edited, and then it does nothing
            layout={"width": "auto", "flex": "1 1 12em", "max_width": "20em", "min_width": "12em"},
        )
        self.said = ipywidgets.Label(layout={"min_width": "6em"})
        self.box = ipywidgets.Text(
            description="typed size",
            placeholder="100, 1e3 or 1.5 KiB",
            continuous_update=False,
            layout={"width": "16em"},
        )
        super().__init__([row(self.slider, self.said, self.box)], **settings)
        self._enters(self.slider, check_size)
        self._enters(self.box, _size_to_draw)
        self.value = check_size(size)
        self.show()

    def _show(self) -> None:
        self.slider.value = nearest_step(self.value)
        self.said.value = say_size(self.value)
        self.box.value = str(self.value)


class _Slider(ipywidgets.SelectionSlider):
    """Its place is not sent back to the browser, which knows it: the answer would hold up the picture behind it."""

    index = traitlets.Int(0).tag(sync=True, echo_update=False)


class FillControl(Control):
    """A fill byte, 0 to 255: as a character, as a number, as hex, all three in step; ``ValueError`` for another."""

    def __init__(self, fill: int | str, **settings: Any) -> None:
        short = {"description_width": "initial"}  # as wide as its name, so that all three stand in one line
        self.character = ipywidgets.Text(description="fill", placeholder="a letter", layout={"width": "11em"})
        self.number = ipywidgets.IntText(description="number", layout={"width": "9em"}, style=short)
        self.hex = ipywidgets.Text(description="hex", continuous_update=False, layout={"width": "6em"}, style=short)
        super().__init__([row(self.character, self.number, self.hex)], **settings)
        self._enters(self.character, _character)
        self._enters(self.number, _number)
        self._enters(self.hex, parse_fill)
        self.value = check_fill(fill)
        self.show()

    def _show(self) -> None:
        self.character.value = chr(self.value) if 0x20 <= self.value <= 0x7E else ""
        self.number.value = self.value
        self.hex.value = f"{self.value:02x}"


class Line(ipywidgets.HTML):
    """What stands below a field, as high without words as with them: a hint, or in its place what is wrong there."""

    def __init__(self, hint: str = "", *, indented: bool = True) -> None:
        super().__init__()
        self._margin = "98px" if indented else "6px"  # below the field, to the right of its name
        self.show("", hint)

    def show(self, complaint: str, hint: str = "") -> None:
        """Show the complaint, which is announced at once, or if there is none the hint."""
        said = escape(hint)
        if complaint:
            said = f'<span role="alert" style="{_WRONG}"><b>Not run:</b> {escape(complaint)}</span>'
        self.value = f'<div class="{LINE}" style="{_LINES};margin-left:{self._margin}">{said}</div>'


LINE = "shmlesson-line"
_LINES = "min-height:2.7em;line-height:1.35;color:var(--jp-ui-font-color2,#555)"  # two, as many as a sentence needs
_WRONG = "color:var(--jp-ui-font-color1,#111);border-left:3px solid var(--jp-error-color1,#b00);padding-left:5px"


def row(*widgets: ipywidgets.Widget) -> ipywidgets.HBox:
    """The widgets side by side, or below each other where the page is narrow."""
    return ipywidgets.HBox(widgets, layout={"flex_flow": "row wrap"})


def nearest_step(size: int) -> int:
    """The slider's step that is closest to ``size``, as a ratio."""
    return min(STEPS, key=lambda step: max(step, size) / max(1, min(step, size)))


def _character(text: str) -> int:
    """The byte of one character; what else a fill can be has controls of its own."""
    if len(text) != 1 or not text.isascii():
        raise ValueError(f"fill must be one ASCII character, got {shown(text)}")
    return ord(text)


def _number(number: int) -> int:
    if not 0 <= number <= 255:
        raise ValueError(f"number must be from 0 to 255, got {shown(number)}")
    return number


def _size_to_draw(text: str) -> int:
    size = parse_size(text)
    if size > LARGEST:
        raise ValueError(f"size must be at most {say_size(LARGEST)} here (share itself takes more), got {text!r}")
    return size
