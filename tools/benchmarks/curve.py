"""The plot of what exploring costs against the number of steps, with reduction and without."""

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure


def save(rows, machine, file):
    """Draw the rows of ``orders.py`` into an SVG file that is the same whenever they are."""
    steps = [row[0] for row in rows]
    figure = Figure(figsize=(7, 3.6), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots()
    draw(axes, steps, [row[4] for row in rows], [row[3] for row in rows], "without reduction", "s--", "#d55e00")
    draw(axes, steps, [row[2] for row in rows], [row[1] for row in rows], "with reduction", "o-", "#0072b2")
    axes.set_yscale("log")
    axes.set_xticks(steps)
    axes.set_xlabel("writes of each of two processes (only the last is to the same byte)")
    axes.set_ylabel("seconds to walk all orders")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(f"Numbers beside the marks: orders\n{machine}", fontsize=9)
    with matplotlib.rc_context({"svg.hashsalt": "shmlesson", "svg.fonttype": "none"}):
        figure.savefig(file, metadata={"Date": None})


def draw(axes, steps, seconds, orders, label, look, colour):
    """One line, with the number of orders at each mark."""
    axes.plot(steps, seconds, look, color=colour, label=label)
    for x, y, count in zip(steps, seconds, orders, strict=True):
        axes.annotate(f"{count:,}", (x, y), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=8)
