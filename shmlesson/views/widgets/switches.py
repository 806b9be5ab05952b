"""The switches of the lesson: who writes, how the reader waits, which memory, made when, how often."""

from __future__ import annotations

import ipywidgets
import traitlets

from .controls import row
from .share_settings import ShareSettings

_LAYOUT = {"width": "16em"}


class Switches(ipywidgets.VBox):
    """A stock control for each setting of ``asked`` but size and fill, linked to its trait.

    Lists to choose from: a screen reader is told their names and what is chosen, and Space opens them. Of ipywidgets'
    rows of buttons nobody hears which one is pressed; round ones cannot be moved by keys, which JupyterLab takes.
    """

    def __init__(self, asked: ShareSettings) -> None:
        self.writer = _choice("who writes", parent="the parent", child="the child")
        self.wait = _choice("other waits", **_WAYS)
        self.seconds = ipywidgets.FloatText(description="seconds", step=0.01, layout={"width": "12em"})
        self.memory = _choice("memory", shared="shared", private="private", bytearray="a bytearray")
        self.made = _choice("block made", before="before the fork", after="after the fork")
        self.trials = ipywidgets.IntText(description="trials", layout={"width": "12em"})
        names = ("writer", "wait", "seconds", "memory", "made", "trials")
        super().__init__([row(*(getattr(self, name) for name in names))])
        for name in names:
            traitlets.link((asked, name), (getattr(self, name), "value"))
        traitlets.dlink((asked, "wait"), (self.seconds.layout, "display"), _shown_for_a_sleep)


_WAYS = {
    "none": "not at all",
    "sleep": "for a sleep",
    "wait": "for the child",
    "pipe": "at a pipe",
    "semaphore": "at a semaphore",
}


def _shown_for_a_sleep(wait: str) -> str | None:
    return None if wait == "sleep" else "none"


def _choice(description: str, **words: str) -> ipywidgets.Dropdown:
    """A list to choose from; ``words`` says each value in words."""
    options = [(said, value) for value, said in words.items()]
    return ipywidgets.Dropdown(options=options, description=description, layout=_LAYOUT)
