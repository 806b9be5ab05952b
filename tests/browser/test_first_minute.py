"""What a learner meets first: ``shmlesson lab`` on a machine that has never seen it, in a real Chromium."""

import json
import sys

import nbformat
import pytest
from playwright.sync_api import expect

from lab import Lab
from lab_page import LabPage
from shmlesson.command.working_copy import FIRST, originals

pytestmark = pytest.mark.browser

THEME = ".jupyter/lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"
NEWS = "lab/api/settings/@jupyterlab/apputils-extension:notification"
LOOKED_UP = "look_up_a_verdict.ipynb"
PICTURE = "shmlesson-lanes"  # the class of a run's picture
# Whether it would have to be saved, as soon as JupyterLab knows all of the kernel that it writes into a notebook.
DIRTY = """
async () => {
  const {context} = jupyterapp.shell.currentWidget;
  await context.sessionContext.session.kernel.info;
  await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  return context.model.dirty;
}
"""
# How many elements an output has, and its saved HTML: of what it does not trust JupyterLab leaves out what draws.
ELEMENTS = """
(output, saved) => {
  const whole = document.createElement("template");
  whole.innerHTML = saved;
  return [output.querySelectorAll("*").length, whole.content.querySelectorAll("*").length];
}
"""
UNTRUSTED = """
() => {
  const cells = [...jupyterapp.shell.currentWidget.content.model.cells];
  return cells.filter(cell => cell.type === "code" && !cell.trusted).length;
}
"""


class OwnCopy(Lab):
    """The server that ``shmlesson lab`` starts, with nothing set but a theme, and that by the learner."""

    def address_of(self, notebook):
        return f"{self._root}/{'' if notebook == FIRST else f'lab/tree/{notebook}'}?token={self.token}"

    def _write_settings(self):
        path = self.home / THEME
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"theme": "JupyterLab Dark"}))

    def _environment(self):
        return {name: value for name, value in super()._environment().items() if not name.startswith("JUPYTER")}

    def _command(self):
        return [
            *(sys.executable, "-m", "shmlesson", "lab", str(self.folder), "--no-browser"),
            *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0"),
            *(f"--IdentityProvider.token={self.token}", "--expose-app-in-browser"),
        ]


def saved_html(path):
    """Each saved output that is shown as HTML."""
    outputs = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]
    return [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]


@pytest.fixture(scope="module")
def own(browser, tmp_path_factory):
    """JupyterLab on a copy of the notebooks that was made a moment ago, in a home where nothing was."""
    with OwnCopy(tmp_path_factory.mktemp("lesson") / "work", tmp_path_factory.mktemp("home")) as lab:
        yield lab
        for tab in lab.tabs:
            tab.close()


@pytest.fixture(scope="module")
def first(own, browser):
    """The page that opens, before anything on it was run."""
    with LabPage(browser, own, FIRST) as page:
        yield page


def test_the_first_notebook_is_open_and_the_list_of_files_folded_but_within_reach(first):
    assert first.tab.url.endswith(f"/lab/tree/{FIRST}")
    expect(first.tab.locator("#filebrowser")).to_be_hidden()
    expect(first.tab.locator(".jp-SideBar.jp-mod-left [data-id=filebrowser]")).to_be_visible()


def test_it_shows_no_answers_before_anything_was_run(first):
    expect(first.notebook.locator(".jp-MarkdownOutput h1").first).to_be_visible()
    expect(first.notebook.locator(".jp-OutputArea-output")).to_have_count(0)
    assert first.tab.evaluate(UNTRUSTED) == 0


def test_a_picture_to_be_looked_up_is_there_whole_before_anything_was_run(own, browser):
    saved = next(html for html in saved_html(originals()[0].with_name(LOOKED_UP)) if PICTURE in html)

    with LabPage(browser, own, LOOKED_UP) as page:
        output = page.notebook.locator(".jp-RenderedHTML", has=page.tab.locator(f".{PICTURE}")).first
        output.scroll_into_view_if_needed()
        shown, drawn = output.evaluate(ELEMENTS, saved)
    own.end_kernels_of(LOOKED_UP)

    assert shown == drawn > 50


def test_nobody_asks_about_news_and_nothing_is_fetched_from_elsewhere(own, first):
    assert own._ask(NEWS)["schema"]["properties"]["fetchNews"]["default"] == "false"
    expect(first.tab.locator(".Toastify__toast, .jp-Dialog")).to_have_count(0)
    assert (first.outside, first.errors) == ([], [])


def test_what_the_learner_has_set_for_jupyterlab_still_holds(first):
    expect(first.tab.locator("body")).to_have_attribute("data-jp-theme-name", "JupyterLab Dark")


@pytest.mark.parametrize("name", [FIRST, LOOKED_UP])
def test_a_notebook_that_is_opened_is_trusted_and_need_not_be_saved(own, browser, name):
    with LabPage(browser, own, name) as page:
        dirty, untrusted = page.tab.evaluate(DIRTY), page.tab.evaluate(UNTRUSTED)
    own.end_kernels_of(name)

    assert (dirty, untrusted) == (False, 0)


def test_run_and_saved_it_is_the_copy_that_changes(own, browser):
    before, copied = [path.read_bytes() for path in originals()], (own.folder / FIRST).read_bytes()

    with LabPage(browser, own, FIRST) as page:
        page.clear()
        page.run_all()
        page.save()

    assert [path.read_bytes() for path in originals()] == before
    assert (own.folder / FIRST).read_bytes() != copied
    assert not (own.folder / "shmlesson").exists()
