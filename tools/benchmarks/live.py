"""How long from a key press to the other process's pane? Next to a stock button whose kernel sets a stock label.

usage: python tools/benchmarks/live.py      (about half a minute; needs a Chromium)
"""

import itertools

import pytest
from browser import page_of
from machine import machine
from results import record
from rounds import in_turns, note, part_of, print_table

ROUNDS = 100
AIM = 2  # round trips
LIVE, PLAIN = "a key in LiveBlock", "a plain widget round trip"
CELL = """
import ipywidgets
from shmlesson.views import LiveBlock

button, label, pressed = ipywidgets.Button(description="press"), ipywidgets.Label("0"), []

def press(button):
    pressed.append(button)
    label.value = str(len(pressed))

button.on_click(press)
ipywidgets.VBox([button, label, LiveBlock()])
"""
# Act, and wait until a part of the page has changed; the time between, in ms, by the page's own clock.
TIMED = """
async ([act, selector, number]) => {
  const node = document.querySelectorAll(selector)[number];
  const changed = new Promise((resolve, reject) => {
    new MutationObserver(() => resolve(performance.now()))
      .observe(node, { childList: true, characterData: true, subtree: true });
    setTimeout(() => reject(new Error(`nothing changed in ${selector}`)), 10000);
  });
  const start = performance.now();
  eval(act);
  return (await changed) - start;
}
"""
CLICK = "document.querySelector('.jp-Notebook .jupyter-button').click()"
KEY = """
document.querySelectorAll('.shmlesson-child td')[0]
  .dispatchEvent(new KeyboardEvent("keydown", { key: "%s", bubbles: true, cancelable: true }))
"""


def main():
    """Measure and print."""
    note("LiveBlock in a browser")
    try:
        with page_of(CELL) as page:
            page.notebook.get_by_role("grid").first.wait_for()
            seconds = in_turns(ways(page), ROUNDS, warm=5)
    except pytest.skip.Exception as reason:
        print(f"LiveBlock was not measured: {reason}\n")
        return
    title = f"From a press to what shows it, in Chromium, {ROUNDS} rounds in turns"
    ratios = part_of(seconds, LIVE)
    print_table(title, seconds, "LiveBlock / this", ratios, {PLAIN: AIM})
    print()
    record("from a key to the other process's pane", PLAIN, ratios[PLAIN], AIM)


def ways(page):
    """Both, by name; every key is another one than before, so that the pane has something new to show."""
    keys = itertools.cycle("abcdefgh")

    def key():
        page.tab.evaluate("document.querySelectorAll('.shmlesson-child td')[0].focus()")
        page.tab.keyboard.press("Control+Home")  # where the last one was typed
        return timed(page, KEY % next(keys), ".shmlesson-parent td", 0)

    return {PLAIN: lambda: timed(page, CLICK, ".jp-Notebook .jupyter-widgets.widget-label", 0), LIVE: key}


def timed(page, act, selector, number):
    """Seconds from the act to the change."""
    return page.tab.evaluate(TIMED, [act, selector, number]) / 1000


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
