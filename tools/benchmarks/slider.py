"""How soon does the picture follow the slider? ``Playground`` in a real browser next to a slider that runs nothing.

usage: python tools/benchmarks/slider.py      (about a minute and a half)
"""

import sys

import pytest
from browser import page_of
from by_hand import seconds_of
from machine import machine
from playwright.sync_api import expect
from ratios import Ratio, ratio_of, verdict
from results import record
from rounds import in_turns, note, part_of, print_table
from scripts import FOLDER

from shmlesson.views.widgets.playground import Playground

sys.path.extend(map(str, (FOLDER.parent, FOLDER.parents[1] / "tests" / "support")))
from stories import lesson

ROUNDS = 60
SMALL, LARGE = 4096, 8192  # bytes: the slider goes from the one to the other, and back
AIM = 1.5  # times the plain update, median and 95th percentile
SENT = ("1", "4 KiB", "64 MiB")
AIM_SENT = 64 << 10  # bytes an update
DRAWN = (4096, 1 << 30)  # bytes
DRAWINGS = 300
AIM_DRAWN = 1.2  # times drawing the small one
PLAIN, OURS = "a plain HTML widget", "Playground"
WIDGETS = f"""
import ipywidgets
from shmlesson.views import Playground

slider, shown = ipywidgets.IntSlider(description="plain", readout=False), ipywidgets.HTML()
slider.observe(lambda change: setattr(shown, "value", f"<b title='plain {{change['new']}}'>moved</b>"), "value")
ipywidgets.VBox([slider, shown, Playground({SMALL})])
"""
# From the key that moves the slider until what it leads to is in the page, and laid out.
MOVE = """(handle, [key, wanted]) => new Promise((done, failed) => {
    const start = performance.now();
    const watcher = new MutationObserver(() => {
        const found = document.querySelector(wanted);
        if (found) {
            found.getBoundingClientRect();
            watcher.disconnect();
            done((performance.now() - start) / 1000);
        }
    });
    watcher.observe(document.body, {childList: true, subtree: true, attributes: true});
    setTimeout(() => failed(`there is no ${wanted}`), 10000);
    handle.focus();
    handle.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
})"""


def main():
    """Measure and print; only the drawing, where there is no browser."""
    try:
        in_browser()
    except pytest.skip.Exception as reason:
        note(f"no slider: {reason}")
    drawing()


def in_browser():
    """What needs JupyterLab and Chromium: how soon, and how much."""
    received = []  # the lengths of all that arrives
    with page_of(WIDGETS, lambda tab: tab.on("websocket", lambda socket: count(socket, received))) as page:
        note("moves of a slider")
        turns = {PLAIN: Moves(page, 0, plain), OURS: Moves(page, 1, ours)}
        soon(in_turns(turns, ROUNDS, warm=5))
        note("bytes that go to the browser")
        sent({size: bytes_for(size, page, received) for size in SENT})


def count(socket, received):
    """Add the length of each message that the socket brings to the list."""
    socket.on("framereceived", lambda message: received.append(len(message)))


class Moves:
    """A way that moves a slider to and fro: the seconds until what it leads to can be seen."""

    def __init__(self, page, number, wanted):
        self.page, self.wanted, self.moves = page, wanted, 0
        self.handle = page.notebook.get_by_role("slider").nth(number)

    def __call__(self):
        self.moves += 1
        there = self.moves % 2
        wanted, settled = self.wanted(there)
        seconds = self.handle.evaluate(MOVE, ["ArrowRight" if there else "ArrowLeft", wanted])
        self.page.notebook.locator(settled).wait_for(state="attached")
        return seconds


def plain(there):
    """What the plain widget shows at this place."""
    return (f"[title='plain {there}']",) * 2


def ours(there):
    """The drawing of the run; and the table of its steps, which comes when the slider rests."""
    call = f"share({LARGE if there else SMALL}, 'a')"
    return f'[aria-label^="{call}"]', f'caption:text-is("{call}")'


def soon(seconds):
    """The table of both, and the ratios of the medians and of the 95th percentiles."""
    ratios = part_of(seconds, OURS)
    print_table(f"From a slider to its picture, {ROUNDS} rounds in turns", seconds, "ours / this", ratios, {PLAIN: AIM})
    late = slowest(seconds[OURS]) / slowest(seconds[PLAIN])
    print(f"  95th percentile: {1000 * slowest(seconds[OURS]):.1f} ms to {1000 * slowest(seconds[PLAIN]):.1f} ms, ")
    print(f"  ratio {late:.2f}   aim {AIM:g}: {verdict(late, AIM)}\n")
    record("from the slider to the picture, median", PLAIN, ratios[PLAIN], AIM)
    record("from the slider to the picture, 95th percentile", PLAIN, Ratio(late, late, late), AIM)


def slowest(seconds):
    """The 95th percentile."""
    return sorted(seconds)[int(0.95 * len(seconds))]


def bytes_for(size, page, received):
    """All that a new size has the server send, until the steps have come."""
    box = page.notebook.get_by_label("typed size", exact=True)
    received.clear()
    box.fill(size)
    box.press("Enter")
    expect(page.notebook.locator("caption")).to_contain_text(CALLS[size])
    return sum(received)


CALLS = {"1": "share(1,", "4 KiB": "share(4096,", "64 MiB": f"share({64 << 20},"}


def sent(lengths):
    """What was sent for each size, next to what may be."""
    print(f"What one update sends to the browser; at most {AIM_SENT:,} bytes")
    for size, length in lengths.items():
        print(f"  {size:<10}{length:>10,} bytes   {verdict(length, AIM_SENT)}")
    print()
    shares = [length / AIM_SENT for length in lengths.values()]
    record("bytes to the browser for one update", "64 KiB", Ratio(min(shares), max(shares), max(shares)), 1)


def drawing():
    """Drawing what is known of a run with a large block, next to one with a small block; nothing is run."""
    note("drawings")
    ways = {f"{size:,} bytes": draws(size) for size in DRAWN}
    seconds = in_turns(ways, DRAWINGS, warm=20)
    small, large = seconds
    ratio = ratio_of(seconds[large], seconds[small])
    title = f"Drawing a run, {DRAWINGS} rounds in turns"
    print_table(title, seconds, "this / small", {large: ratio}, {large: AIM_DRAWN})
    print()
    record(f"drawing a run with {large}", f"with {small}", ratio, AIM_DRAWN)


def draws(size):
    """A way that draws the same run of this size again."""
    run = lesson(size)
    playground = Playground(lambda **settings: run, None, size)
    return lambda: seconds_of(playground.update)[0]


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
