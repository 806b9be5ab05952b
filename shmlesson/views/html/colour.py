"""A light colour for each byte, which black can be read on; it only repeats what a label says.

Short, and in a file of its own: strips, grids and lanes all paint a byte in the same colour.

The colours are points in OKLab (Ottosson, A perceptual color space for image processing, 2020), in which a distance of
0.02 can just be seen. Hue and lightness go round at different paces from byte to byte. What comes of it, and is tested:
bytes that follow one another are 0.09 apart, ``a`` and ``x`` 0.24, any two small letters 0.04, any two printable
characters 0.024. For who has no green cones (Machado, Oliveira and Fernandes, A physiologically-based model for
simulation of color vision deficiency, TVCG 2009) it is 0.09, 0.23, and 0.014 for small letters: some pairs hardly
differ. Black has a contrast of 7 to 1 on each. Of bytes that cannot be printed some look alike: the label says which.
"""

from __future__ import annotations

from functools import cache
from math import cos, radians, sin

from ...memory.contents import Contents

MIXED = "#e4e4e4"
_HUE, _LIGHTNESS, _BEGIN = -5, 0.58, 0.5  # how far from byte to byte: degrees, and turns; and where that begins
_DARKEST, _PALEST, _MOST_CHROMA, _LESS = 0.72, 0.945, 0.16, 0.005


@cache
def colour(byte: int) -> str:
    """``#rrggbb``: white for 0, and for every other ``byte`` (1-255) a light colour of its own."""
    if byte == 0:
        return "#ffffff"
    turn = (byte * _LIGHTNESS + _BEGIN) % 1
    lightness, chroma = _DARKEST + (_PALEST - _DARKEST) * turn, _MOST_CHROMA
    while not _is_shown(rgb := _linear(lightness, chroma, radians(byte * _HUE))):
        chroma -= _LESS
    return "#" + "".join(f"{round(_encoded(part) * 255):02x}" for part in rgb)


def paint(contents: Contents) -> str:
    """The colour of a block: that of its byte if all are equal, grey if not."""
    return colour(contents.runs[0][2]) if len(contents.runs) == 1 else MIXED


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Red, green and blue in proportion to light, from polar OKLab; no screen has one below 0 or above 1."""
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _is_shown(rgb: tuple[float, float, float]) -> bool:
    return all(0 <= part <= 1 for part in rgb)


def _encoded(part: float) -> float:
    """As sRGB has it."""
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
