"""A notebook that is open in JupyterLab, in a real browser: run it, look at it, collect its errors."""

import contextlib
import re
import uuid
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import expect

from refresh import KERNELSPEC

LOAD = 60_000  # ms until JupyterLab shows the notebook and its kernel is there
RUN = 180_000  # ms until all of its cells have run
ACT = 20_000  # ms until what was pressed or typed shows
expect.set_options(timeout=ACT)  # Playwright's own five seconds are too few for a busy machine

HERE = (None, "127.0.0.1")  # None: data: and blob: addresses, which leave nothing
IDLE = re.compile(r"Python 3.*\| Idle")
NUMBERED = re.compile(r"\[\d+\]:")
# How far a cell's end is below the notebook's window, when that shows the notebook's beginning.
BELOW = """
cell => {
  const scrolled = cell.closest(".jp-WindowedPanel-outer");
  scrolled.scrollTop = 0;
  return cell.getBoundingClientRect().bottom - scrolled.getBoundingClientRect().bottom + 16;
}
"""
# Disposing closes without the question whether to save.
CLOSE_OTHERS = """
path => {
  for (const widget of [...jupyterapp.shell.widgets("main")]) if (widget.context?.path !== path) widget.dispose();
}
"""
# Nothing is returned: Playwright would send all of the widget's properties, which takes seconds.
OPEN = """async path => { await jupyterapp.commands.execute("docmanager:open", {path, factory: "Notebook"}); }"""
NO_WIDGET = re.compile("Error displaying widget|Loading widget|Could not render|[Mm]odel not found")


def notebook_of(*sources):
    """A notebook of these cells that nobody has run."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC})


def not_yet_run(path):
    """The notebook without outputs and numbers: those that appear are new."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


@contextlib.contextmanager
def shown(notebook, browser, lab, front_end=None):
    """The notebook in a tab of its own, as long as the ``with`` lasts, and its kernel no longer."""
    path = lab.folder / f"{uuid.uuid4().hex}.ipynb"
    nbformat.write(notebook, path)
    with (front_end or LabPage)(browser, lab, path.name) as page:
        yield page
    lab.end_kernels_of(path.name)


class LabPage:
    """A notebook of ``lab`` in a tab of its own. ``errors`` and ``outside`` gather what must not happen.

    JupyterLab takes seconds to load, so a tab in which nothing went wrong is kept, empty, for the next notebook.
    A test that changes more of the page than its notebook changes it back.
    """

    def __init__(self, browser, lab, name):
        self.name, self._lab, self._can_be_kept = name, lab, True
        self.tab = self._take_tab(browser)
        self.tab.set_default_timeout(ACT)
        self.errors, self.outside = [], []
        self._listeners = {
            "pageerror": lambda error: self.errors.append(str(error)),
            "request": lambda request: self._note(request.url),
            "websocket": lambda socket: self._note(socket.url),
        }
        for event, listener in self._listeners.items():
            self.tab.on(event, listener)
        self._open()
        self.wait_until_idle()

    def _take_tab(self, browser):
        return self._lab.tabs.pop() if self._lab.tabs else browser.new_page()

    def _open(self):
        """Load JupyterLab with the notebook, or where it is loaded have it open the notebook alone."""
        if self.tab.url == "about:blank":
            self.tab.goto(self._lab.address_of(self.name))
        else:
            self.tab.bring_to_front()
            self.tab.evaluate(OPEN, self.name)
            self.tab.evaluate(CLOSE_OTHERS, self.name)  # the launcher, which comes when nothing is open

    def __enter__(self):
        return self

    def __exit__(self, error, *_):
        as_good_as_new = self._can_be_kept and not (error or self.errors or self.outside)
        if not as_good_as_new or self.tab.locator(".jp-Dialog").count():
            self.tab.close()
            return
        for event, listener in self._listeners.items():
            self.tab.remove_listener(event, listener)
        self.tab.evaluate(CLOSE_OTHERS, None)
        self._lab.tabs.append(self.tab)

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

    def wait_until_idle(self, most=LOAD):
        """Wait until there is a kernel that has nothing to do."""
        # The status bar, not the notebook's own circle: that one is idle before there is a kernel.
        self.tab.get_by_text(IDLE).first.wait_for(timeout=most)

    def output(self, number):
        """What the code cell with this number (from 0) shows."""
        return self.notebook.locator(".jp-CodeCell").nth(number).locator(".jp-OutputArea-output")

    def clear(self):
        """Clear every output and number: those that appear are new."""
        self.tab.get_by_role("menuitem", name="Edit", exact=True).click()
        self.tab.get_by_role("menuitem", name="Clear Outputs of All Cells").click()
        expect(self.prompts.filter(has_text=NUMBERED)).to_have_count(0)
        expect(self.notebook.locator(".jp-OutputArea-output")).to_have_count(0)

    def begin_all(self):
        """Have every cell run, and return at once."""
        self.tab.get_by_role("menuitem", name="Run", exact=True).click()
        self.tab.get_by_role("menuitem", name=re.compile("^Run All Cells")).first.click()

    def run_all(self):
        """Run every cell; wait until the last one has a new number, or one has failed."""
        before = self.prompts.last.inner_text()
        self.begin_all()
        last_has_run = self.prompts.last.filter(has_text=NUMBERED, has_not_text=before)
        expect(last_has_run.or_(self.error_outputs).first).to_be_visible(timeout=RUN)
        self.wait_until_idle(RUN)

    def stand_above(self, number=0):
        """Put the learner above this code cell, or the first one, as after a click beside it; the page itself."""
        self.tab.bring_to_front()  # in a tab behind another one a list does not open
        self.prompts.nth(number).click()
        return self

    def run_anew(self):
        """Run every cell again, and put the learner above the first one; the page itself."""
        self.run_all()
        return self.stand_above()

    def save(self):
        """Have JupyterLab write the notebook with what it shows now; wait until it has."""
        with self.tab.expect_response(_has_written, timeout=RUN):  # before that the file may be empty
            self.tab.keyboard.press("Control+s")
        expect(self.tab.locator("#jp-main-dock-panel .jp-mod-dirty")).to_have_count(0)

    def reload(self):
        """What the browser's own button does; wait until the notebook is there again."""
        self._can_be_kept = False
        self.tab.on("dialog", lambda dialog: dialog.accept())  # what is not saved is to be lost
        self.tab.reload()
        self.notebook.wait_for(timeout=LOAD)

    @contextlib.contextmanager
    def theme(self, name):
        """JupyterLab in this theme, ``"Light"`` or ``"Dark"``, as long as the ``with`` lasts."""
        self._choose_theme(name)
        try:
            yield
        finally:
            self._choose_theme("Light")

    def _choose_theme(self, name):
        self.tab.get_by_role("menuitem", name="Settings", exact=True).click()
        for choice in ("Theme", f"JupyterLab {name}"):
            self.tab.locator(".lm-Menu-item", has_text=re.compile(f"^{choice}$")).click()
        expect(self.tab.locator("body")).to_have_attribute("data-jp-theme-name", f"JupyterLab {name}")
        expect(self.notebook).to_be_visible()  # JupyterLab hides everything until the theme's styles are there

    @contextlib.contextmanager
    def size(self, width, height):
        """The page in this size, in CSS pixels, as long as the ``with`` lasts."""
        before = self.tab.viewport_size
        self.tab.set_viewport_size({"width": width, "height": height})
        try:
            yield
        finally:
            self.tab.set_viewport_size(before)

    @contextlib.contextmanager
    def without_files(self):
        """The page without the files beside the notebook, as long as the ``with`` lasts."""
        self.tab.keyboard.press("Control+b")
        try:
            yield
        finally:
            self.tab.keyboard.press("Control+b")

    @contextlib.contextmanager
    def in_full(self):
        """The page so high that all of the notebook is in sight, as long as the ``with`` lasts."""
        below = self.notebook.locator(".jp-Cell").last.evaluate(BELOW)
        page = self.tab.viewport_size
        with self.size(page["width"], page["height"] + max(0, round(below))):
            yield

    def tab_to(self, locator, most=20):
        """Press Tab until ``locator`` has the focus, as somebody without a mouse would."""
        for _ in range(most):
            if locator.evaluate("element => element === document.activeElement"):
                return
            self.tab.keyboard.press("Tab")
        raise AssertionError(f"not reached with {most} times Tab: {locator}")


def _has_written(response):
    """Whether this is the server's answer to the notebook's being saved."""
    return response.request.method == "PUT" and "/api/contents/" in response.url
