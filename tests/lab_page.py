"""A notebook that is open in JupyterLab, in a real browser: run it, look at it, hear what the page complains of."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

OPEN = 60_000  # ms until JupyterLab shows the notebook and its kernel is there
RUN = 180_000  # ms until all of its cells have run
ACT = 20_000  # ms until what was pressed or typed shows

HERE = (None, "127.0.0.1")  # None: data: and blob: addresses, which leave nothing
IDLE = re.compile(r"Python 3.*\| Idle")
NUMBERED = re.compile(r"\[\d+\]:")
NO_WIDGET = re.compile("Error displaying widget|Loading widget|Could not render|[Mm]odel not found")


class LabPage:
    """``address`` in a tab of its own. ``errors`` and ``outside`` gather what must not happen."""

    def __init__(self, browser, address):
        self.tab = browser.new_page()
        self.tab.set_default_timeout(ACT)
        self.errors, self.outside = [], []
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab.on("request", lambda request: self._note(request.url))
        self.tab.on("websocket", lambda socket: self._note(socket.url))
        self.tab.goto(address)
        # The status bar, not the notebook's own circle: that one is idle before there is a kernel.
        self.tab.get_by_text(IDLE).first.wait_for(timeout=OPEN)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.tab.close()

    def _note(self, address):
        if urlsplit(address).hostname not in HERE:
            self.outside.append(address)

    @property
    def notebook(self):
        """The notebook without the panels and bars around it."""
        return self.tab.locator(".jp-Notebook")

    @property
    def prompts(self):
        """What stands to the left of each code cell: ``[1]:`` once it has run."""
        return self.notebook.locator(".jp-CodeCell .jp-InputPrompt")

    @property
    def error_outputs(self):
        return self.notebook.locator("[data-mime-type='application/vnd.jupyter.error']")

    def run_all(self):
        """Run every cell; wait until the last one has a new number, or one has failed."""
        before = self.prompts.last.inner_text()
        self.tab.get_by_role("menuitem", name="Run", exact=True).click()
        self.tab.get_by_role("menuitem", name=re.compile("^Run All Cells")).first.click()
        last_has_run = self.prompts.last.filter(has_text=NUMBERED, has_not_text=before)
        expect(last_has_run.or_(self.error_outputs).first).to_be_visible(timeout=RUN)
        self.tab.get_by_text(IDLE).first.wait_for(timeout=RUN)

    def tab_to(self, locator, most=20):
        """Press Tab until ``locator`` has the focus, as somebody without a mouse would."""
        for _ in range(most):
            if locator.evaluate("element => element === document.activeElement"):
                return
            self.tab.keyboard.press("Tab")
        raise AssertionError(f"not reached with {most} times Tab: {locator}")
