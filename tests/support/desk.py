"""The desk at which all browser tests work, a Chromium and a JupyterLab: there from the first of them to the last."""

import contextlib
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import chromium
import left_behind
from lab import Lab


class Desk:
    """A ``browser`` and a ``lab``, each started when it is first asked for; ``clear`` ends both."""

    def __init__(self):
        self._ends, self._browser, self._lab = contextlib.ExitStack(), None, None

    def browser(self):
        """A window of a real Chromium."""
        if not self._browser:
            self._ends.callback(_nothing_is_left_since, left_behind.open_descriptors(), {*left_behind.children()})
            try:
                chrome = chromium.launch(self._ends.enter_context(sync_playwright()))
            except BaseException:
                self.clear()  # while Playwright is there, no other test can have an event loop
                raise
            self._ends.callback(chrome.close)
            self._browser = chrome.new_context(viewport={"width": 1280, "height": 1000})
        return self._browser

    def lab(self):
        """JupyterLab, on a folder that is empty at first."""
        if not self._lab:
            folder, home = (Path(self._ends.enter_context(tempfile.TemporaryDirectory())) for _ in range(2))
            self._lab = self._ends.enter_context(Lab(folder, home))
        return self._lab

    def clear(self):
        """End what was started; then no process and no descriptor of it is there."""
        ends = self._ends
        self.__init__()
        ends.close()


def _nothing_is_left_since(descriptors, children):
    assert {*left_behind.children()} - children == set()
    assert left_behind.open_descriptors() - descriptors == set()
