"""What a block holds, as a picture: a strip of its runs of equal bytes, labelled in words."""

from __future__ import annotations

import colorsys
from html import escape

from ..contents import Contents, byte_in_words

_SHOWN = 16  # runs: a strip has room for so many labels


def strip(contents: Contents, label: str = "block") -> str:
    """HTML: one segment a run, as wide as its share of the block, never too narrow for its label.

    It is hidden from screen readers, so whoever shows it has the same in words beside it.
    """
    segments = "".join(_segment(length, byte) for _, length, byte in contents.runs[:_SHOWN])
    more = "" if len(contents.runs) <= _SHOWN else '<div style="padding:4px">… and more</div>'
    words = escape(f"{label}: {contents}")
    return (
        f'<div aria-hidden="true" title="{words}" style="display:flex;max-width:60em;'
        f'border:1px solid #777;font-family:monospace;margin:2px 0 6px">{segments}{more}</div>'
    )


def picture(contents: Contents) -> str:
    """HTML: the strip, and the same in words below it."""
    size = "1 byte" if len(contents) == 1 else f"{len(contents)} bytes"
    return f"{strip(contents)}<div>{size}: {escape(str(contents))}</div>"


def _segment(length: int, byte: int) -> str:
    return (
        f'<div style="flex:{length} 1 auto;padding:4px 6px;border-right:1px solid #777;{_look(byte)}color:#111;'
        f'white-space:nowrap;overflow:hidden">{length} x {escape(byte_in_words(byte))}</div>'
    )


def _look(byte: int) -> str:
    """Zeros are white with stripes, every other byte has a pale colour of its own; the label says which it is."""
    if byte == 0:
        return "background-color:#ffffff;background-image:repeating-linear-gradient(135deg,#fff 0 6px,#e8e8e8 6px 8px);"
    red, green, blue = colorsys.hls_to_rgb(byte * 47 % 360 / 360, 0.82, 0.6)
    return f"background-color:#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x};"
