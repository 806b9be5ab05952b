"""A comparison as a plot: seconds against size, both axes logarithmic, a line and a marker for each tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...api.compare import TOOLS, Comparison
from ...memory.sizes import say_size

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MARKERS = "os^vDx"
_COLOURS = ("#1f6fb4", "#b4570a", "#2a7f3f", "#8a3ab9", "#b3243b", "#555555")  # each 4.5:1 on white


def chart(comparison: Comparison) -> Figure:
    """The plot of ``comparison``, in ms and bytes; its table of ratios (``print(comparison)``) is the same as text."""
    from matplotlib.figure import Figure  # 40 MB, so only when there is something to plot

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    for tool, marker, colour in zip(TOOLS, _MARKERS, _COLOURS, strict=True):
        times = [comparison.seconds[tool, size] * 1000 for size in comparison.sizes]
        axes.loglog(comparison.sizes, times, marker=marker, color=colour, label=tool)
    _label(axes, comparison)
    return figure


def _label(axes: Axes, comparison: Comparison) -> None:
    axes.set_xticks(comparison.sizes, [say_size(size) for size in comparison.sizes])
    axes.minorticks_off()
    axes.set_xlabel("size of the block")
    axes.set_ylabel("milliseconds until the other process has read it")
    axes.grid(alpha=0.3)
    axes.legend()
