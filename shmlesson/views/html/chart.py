"""A comparison as a plot: seconds against size, both axes logarithmic, a line, markers and bars for each tool."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...api.compare import TOOLS, Comparison
from ...memory.sizes import say_size
from .table import cell, header, row, scrolling, table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MARKERS = "os^vDx"
_COLOURS = ("#1f6fb4", "#b4570a", "#2a7f3f", "#8a3ab9", "#b3243b", "#555555")  # each 4.5:1 on white
_WORDS = (
    "Milliseconds until another process has read a block, against its size, a line for each tool, and a bar from the "
    "fastest to the slowest repeat; a table follows."
)
_NUMBER = "text-align:right;padding:2px 8px"
# As wide as its letters need, and on paper as wide as that.
_STYLE = "<style>@media print{.shmlesson-chart>svg{min-width:0!important}}</style>"
_SVG = "width:100%;min-width:36em;max-width:48em;height:auto;fill:currentColor"
# What matplotlib writes, and what a page needs in its place: no rules for the rest of the page, no names that are
# there once more in the next chart (but for those of markers, which are the same there), the colours and letters of
# the page. A line's own colour is mixed with that of the letters, so that it can be seen on black as on white.
_REPLACED = (
    (r"\A.*?(?=<svg)|<metadata>.*?</metadata>|<style.*?</style>|<clipPath.*?</clipPath>", ""),
    (r' clip-path="[^"]*"| id="(?!m[0-9a-f]{10}")[^"]*"| xmlns(:\w+)?="[^"]*"', ""),
    (r"<svg[^>]*?(viewBox=\"[^\"]*\")[^>]*>", rf'<svg \1 role="img" aria-label="{_WORDS}" style="{_SVG}">'),
    (r"font-family: [^;\"]*", "font-family: var(--jp-ui-font-family,sans-serif)"),
    (r"#(000000|b0b0b0)", "currentColor"),
    (r"(fill|stroke): (#[0-9a-f]{6})", r"\1: \2; \1: color-mix(in srgb, \2 75%, currentColor)"),
    (r"\s*\n\s*", " "),
    (r"> <", "><"),
)


def picture(comparison: Comparison) -> str:
    """HTML: the plot in the colours of the page that it stands in, and its numbers as a table, folded away."""
    from matplotlib import rc_context  # 40 MB, so only when there is something to plot

    drawn = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "shmlesson", "font.size": 12}):
        chart(comparison).savefig(drawn, format="svg", transparent=True)
    svg = drawn.getvalue()
    for written, needed in _REPLACED:
        svg = re.sub(written, needed, svg, flags=re.DOTALL)
    return f'{_STYLE}<div class="shmlesson-chart" style="overflow-x:auto">{svg}</div>{_numbers(comparison)}'


def _numbers(comparison: Comparison) -> str:
    titles = ["milliseconds", *map(say_size, comparison.sizes)]
    rows = [row(header(tool), *_times(comparison, tool)) for tool in TOOLS]
    summary = "<summary>the same as a table</summary>"
    return f"<details>{summary}{scrolling(table(titles, rows, title_style=_NUMBER))}</details>"


def _times(comparison: Comparison, tool: str) -> list[str]:
    return [cell(_milliseconds(comparison, tool, size), _NUMBER) for size in comparison.sizes]


def _milliseconds(comparison: Comparison, tool: str, size: int) -> str:
    """The median, and behind it the fastest and the slowest, where these are known."""
    fastest, slowest = (f"{seconds * 1000:,.3g}" for seconds in comparison.range(tool, size))
    middle = f"{comparison.seconds[tool, size] * 1000:,.3g}"
    return f"{middle} ({fastest} – {slowest})" if comparison.ranges else middle


def chart(comparison: Comparison) -> Figure:
    """The plot of ``comparison``, in ms and bytes; its table of ratios (``print(comparison)``) is the same as text."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    for tool, marker, colour in zip(TOOLS, _MARKERS, _COLOURS, strict=True):
        times = _in_ms([comparison.seconds[tool, size] for size in comparison.sizes])
        axes.loglog(comparison.sizes, times, marker=marker, color=colour, label=tool)
        fastest, slowest = zip(*(comparison.range(tool, size) for size in comparison.sizes), strict=True)
        axes.vlines(comparison.sizes, _in_ms(fastest), _in_ms(slowest), color=colour, linewidth=3)
    _label(axes, comparison)
    figure.legend(loc="outside upper left", ncols=3, frameon=False)  # above the lines, never on one
    return figure


def _in_ms(seconds: Sequence[float]) -> list[float]:
    return [1000 * each for each in seconds]


def _label(axes: Axes, comparison: Comparison) -> None:
    axes.set_xticks(comparison.sizes, [say_size(size) for size in comparison.sizes])
    axes.minorticks_off()
    axes.set_xlabel("size of the block")
    axes.set_ylabel("milliseconds until it is read")
    axes.grid(alpha=0.3)
