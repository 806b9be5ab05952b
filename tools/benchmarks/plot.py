"""The plot of all results of a run: a row for each, ratios on a logarithmic axis, what was missed told by its shape."""

from itertools import groupby

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

STYLES = {  # marker, colour, face
    "met": ("o", "#0072b2", "#0072b2"),
    "missed": ("^", "#d55e00", "#d55e00"),
    "no aim": ("s", "#666666", "white"),
}
WIDTH, ROW = 9, 0.19  # inches


def save(results, machine, file):
    """Draw ``results`` into an SVG file that is the same whenever they are."""
    labels, places = layout(results)
    figure = Figure(figsize=(WIDTH, ROW * len(labels) + 1.4), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots()
    for result, place in zip(results, places, strict=True):
        draw(axes, result, place)
    name_rows(axes, labels)
    finish(axes, machine)
    with matplotlib.rc_context({"svg.hashsalt": "shmlesson", "svg.fonttype": "none"}):
        figure.savefig(file, metadata={"Date": None})


def layout(results):
    """The label of every row from the top, a heading where a new measure begins, and the row of each result."""
    labels, places = [], []
    for measure, group in groupby(results, key=lambda result: result.measure):
        labels.append((measure, "bold"))
        for result in group:
            places.append(len(labels))
            labels.append((result.beside, "normal"))
    return labels, places


def draw(axes, result, place):
    """The median as a marker on its spread, and the aim as an upright line."""
    marker, colour, face = STYLES[kind(result)]
    low, middle, high = result.ratio
    axes.plot([low, high], [place, place], color=colour, linewidth=2, solid_capstyle="butt")
    axes.plot(middle, place, marker, color=colour, markerfacecolor=face, markersize=6.5)
    if result.aim is not None:
        axes.plot(result.aim, place, "|", color="black", markersize=11, markeredgewidth=1.5)


def kind(result):
    """Which of the styles a result is drawn in."""
    return "no aim" if result.aim is None else result.judgement.split()[0]


def name_rows(axes, labels):
    axes.set_yticks(range(len(labels)), [label for label, _ in labels], fontsize=8)
    for text, (_, weight) in zip(axes.get_yticklabels(), labels, strict=True):
        text.set_fontweight(weight)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)


def finish(axes, machine):
    """The axis, the line of equal times, and what the markers mean."""
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.tick_params(axis="x", top=True, labeltop=True)
    axes.axvline(1, color="0.7", linewidth=1, zorder=0)
    axes.grid(axis="x", color="0.92", zorder=0)
    axes.spines[:].set_visible(False)
    for name, (marker, colour, face) in STYLES.items():
        axes.plot([], [], marker, color=colour, markerfacecolor=face, label=name)
    axes.plot([], [], "|", color="black", markersize=11, markeredgewidth=1.5, label="aim: at most this")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=4, frameon=False, fontsize=8)
    axes.set_title(
        f"How many times as long (or as much) as what it is beside: medians and quartiles\n{machine}", fontsize=9
    )
