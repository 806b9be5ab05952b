"""A bar in parts that can be told apart by their patterns, without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

PLAIN, STRIPES, DOTS = "plain", "stripes", "dots"
_PALE = {PLAIN: "#bfdcf5", STRIPES: "#ffffff", DOTS: "#ffe0b8"}
_WIDTH, _HEIGHT = 420, 24
_LETTER = 7.2  # the width of one, more or less
_EDGE = "stroke:#555"
_FONT = "font:13px var(--jp-ui-font-family,sans-serif);fill:#111"

Part = tuple[str, int, Sequence[str]]  # its pattern, how much it is, and words for it


def bar(parts: Sequence[Part], width: int = _WIDTH) -> str:
    """SVG: the parts side by side, ``width`` units in all, each with the first of its words that there is room for."""
    frame = f'<rect x="0.5" y="0.5" width="{width - 1}" height="{_HEIGHT - 1}" style="fill:none;{_EDGE}"/>'
    return _svg(width, _HEIGHT, "".join(_drawn(parts, width)) + frame, "display:block")


def swatch(pattern: str) -> str:
    """SVG: a small piece of the pattern, for a legend."""
    return _svg(16, 14, _filled(pattern, 0, 16, 14), "display:inline-block;vertical-align:middle")


def _drawn(parts: Sequence[Part], full: int) -> Iterator[str]:
    x, total = 0.0, sum(count for _, count, _ in parts)
    for pattern, count, words in parts:
        if count:
            width = full * count / total
            yield _filled(pattern, x, width, _HEIGHT) + _label(pattern, words, x, width)
            x += width


def _filled(pattern: str, x: float, width: float, height: float) -> str:
    """One part of a bar, cut where it ends."""
    back = f'<rect width="100%" height="100%" style="fill:{_PALE[pattern]};{_EDGE}"/>'
    return f'<svg x="{x:g}" width="{width:g}" height="{height}">{back}{_pattern(pattern, width)}</svg>'


def _pattern(pattern: str, width: float) -> str:
    if pattern == STRIPES:
        ways = "".join(f"M{x} 0l-{_HEIGHT} {_HEIGHT}" for x in range(4, int(width) + _HEIGHT + 8, 8))
        return f'<path d="{ways}" style="{_EDGE};stroke-width:0.8"/>'
    if pattern == DOTS:
        dots = "".join(f"M{x} {y}h0" for y in (4, 12, 20) for x in range(4, int(width) + 8, 8))
        return f'<path d="{dots}" style="{_EDGE};stroke-width:3;stroke-linecap:round"/>'
    return ""


def _label(pattern: str, words: Sequence[str], x: float, width: float) -> str:
    fitting = [word for word in words if len(word) * _LETTER + 10 < width]
    halo = f"stroke:{_PALE[pattern]};stroke-width:5px;paint-order:stroke"
    return f'<text x="{x + 6:g}" y="17" style="{_FONT};{halo}">{fitting[0]}</text>' if fitting else ""


def _svg(width: int, height: int, inner: str, look: str) -> str:
    style = f"width:{width}px;height:{height}px;{look}"
    return f'<svg viewBox="0 0 {width} {height}" aria-hidden="true" style="{style}">{inner}</svg>'
