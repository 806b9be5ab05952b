"""How soon is the next step of a run in sight? A key in ``Lanes`` in a real browser, next to a plain slider's.

Once for a lesson, and once for a program of as many steps as are drawn.

usage: python tools/benchmarks/stepper.py      (about half a minute; needs a Chromium)
"""

import pytest
from browser import page_of
from machine import machine
from results import record
from rounds import in_turns, note, part_of, print_table
from slider import MOVE, PLAIN

from shmlesson.views.text.scene import _MOST_STEPS

ROUNDS = 60
AIM = 1.5  # times the plain update
FEW, MANY = "Lanes, 11 steps", f"Lanes, {_MOST_STEPS} steps"
CELL = f"""
import ipywidgets
from IPython.display import display
from shmlesson import program, share
from shmlesson.views import Lanes

slider, shown = ipywidgets.IntSlider(description="plain", readout=False), ipywidgets.HTML()
slider.observe(lambda change: setattr(shown, "value", f"<b title='plain {{change['new']}}'>moved</b>"), "value")
text = "import os\\nif os.fork() == 0:\\n    for number in range({_MOST_STEPS}):\\n        print(number)\\nos.wait()\\n"
display(ipywidgets.VBox([slider, shown]), Lanes(share(4096, "a"), step=5), Lanes(program(text), step=5))
"""


def main():
    """Measure and print."""
    note("steps of a run in a browser")
    try:
        with page_of(CELL) as page:
            seconds = in_turns(ways(page), ROUNDS, warm=5)
    except pytest.skip.Exception as reason:
        print(f"Lanes were not measured: {reason}\n")
        return
    title = f"From a key to what it leads to, in Chromium, {ROUNDS} rounds in turns"
    for ours in (FEW, MANY):
        ratios = part_of(seconds, ours)
        print_table(title, seconds, f"{ours} / this", {PLAIN: ratios[PLAIN]}, {PLAIN: AIM})
        print()
        record(f"from a key to the step, {ours}", PLAIN, ratios[PLAIN], AIM)


def ways(page):
    """All three, by name; each goes one to the right, and then back."""
    return {
        PLAIN: Moves(page.notebook.get_by_role("slider").first, lambda there: f"[title='plain {there}']"),
        FEW: Moves(page.notebook.locator(".shmlesson-stepper input").first, lambda there: now(5 + there, "lessons")),
        MANY: Moves(page.notebook.locator(".shmlesson-stepper input").last, lambda there: now(5 + there, "programs")),
    }


def now(step, whose):
    """The row of the step, marked: in a lesson's lanes, which have no lines, or in a program's."""
    lines = {"lessons": ":not([data-line])", "programs": "[data-line]"}[whose]
    return f"tr[data-step='{step}']{lines}[aria-current]"


class Moves:
    """A way that moves a slider to and fro: the seconds until what it leads to is there, and laid out."""

    def __init__(self, handle, wanted):
        self.handle, self.wanted, self.moves = handle, wanted, 0

    def __call__(self):
        self.moves += 1
        there = self.moves % 2
        return self.handle.evaluate(MOVE, ["ArrowRight" if there else "ArrowLeft", self.wanted(there)])


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
