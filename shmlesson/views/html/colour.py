"""A pale colour for each byte, which black can be read on; it only repeats what a label says.

Short, and in a file of its own: strips, grids and lanes all paint a byte in the same colour.
"""

from __future__ import annotations

import colorsys

from ...memory.contents import Contents

MIXED = "#e4e4e4"


def colour(byte: int) -> str:
    """``#rrggbb``: white for 0, and for every other ``byte`` (1-255) a pale colour of its own."""
    if byte == 0:
        return "#ffffff"
    red, green, blue = colorsys.hls_to_rgb(byte * 47 % 360 / 360, 0.82, 0.6)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def paint(contents: Contents) -> str:
    """The colour of a block: that of its byte if all are equal, grey if not."""
    return colour(contents.runs[0][2]) if len(contents.runs) == 1 else MIXED
