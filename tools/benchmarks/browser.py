"""A cell in JupyterLab in a real Chromium, for parts that measure what a learner sees."""

import contextlib
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from scripts import FOLDER

sys.path.extend(map(str, (FOLDER.parent, FOLDER.parents[1] / "tests" / "support")))
import chromium
from lab import Lab
from lab_page import notebook_of, shown


@contextlib.contextmanager
def page_of(cell, open_tab=lambda tab: None):
    """A page with a notebook of this cell, which has run; ``open_tab`` is called with its tab before it loads.

    ``pytest.skip.Exception`` where there is no Chromium.
    """
    with contextlib.ExitStack() as stack:
        chrome = chromium.launch(stack.enter_context(sync_playwright()))
        stack.callback(chrome.close)
        window = chrome.new_context(viewport={"width": 1280, "height": 1000})
        window.on("page", open_tab)
        folder, home = (Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2))
        lab = stack.enter_context(Lab(folder, home))
        page = stack.enter_context(shown(notebook_of(cell), window, lab))
        page.run_all()
        yield page
