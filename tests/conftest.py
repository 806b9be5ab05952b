"""What every test gets: a start without a fork server, and a look at what it has left behind."""

import contextlib
import io
import os

import hypothesis
import pytest
from IPython.core.interactiveshell import InteractiveShell
from playwright.sync_api import sync_playwright
from traitlets.config import Config

import chromium
import left_behind
from lab import Lab
from lab_page import notebook_of, shown
from shmlesson.comparison import TOOLS, Comparison
from shmlesson.server import SERVER
from shmlesson.views import chart

os.environ[left_behind.MARK] = left_behind.ME

hypothesis.settings.register_profile("any machine", deadline=None)  # a slow machine is no falsifying example
hypothesis.settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def nothing_is_left_behind(request):
    """End the fork server after each test; then no process and no descriptor may be there that was not there before.

    Not where JupyterLab and the browser live on until a file's last test: what they leave is looked for then.
    """
    if request.node.get_closest_marker("browser"):
        yield
        return
    descriptors, children = left_behind.open_descriptors(), set(left_behind.children())

    yield
    SERVER.stop()

    assert set(left_behind.children()) - children == set()
    assert left_behind.open_descriptors() - descriptors == set()
    assert left_behind.orphans() == []


@pytest.fixture(scope="session")
def ipython(tmp_path_factory):
    """An IPython shell in this process, with neither a history file nor anything from the user's home."""
    folder = tmp_path_factory.mktemp("ipython")
    config = Config({"HistoryManager": {"enabled": False}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(folder))
        yield InteractiveShell.instance(config=config)
        InteractiveShell.clear_instance()


@pytest.fixture
def shell(ipython):
    """That shell with the extension loaded; without it, and with the variables from before, afterwards."""
    variables = dict(ipython.user_ns)
    ipython.run_line_magic("load_ext", "shmlesson")
    yield ipython
    ipython.run_line_magic("unload_ext", "shmlesson")
    ipython.user_ns.clear()
    ipython.user_ns.update(variables)


@pytest.fixture(scope="session")
def fonts():
    """Matplotlib keeps the files of its fonts open once it has drawn."""
    comparison = Comparison({(tool, size): 0.001 for tool in TOOLS for size in (100, 4096)}, (100, 4096))
    chart(comparison).savefig(io.BytesIO())


@pytest.fixture(scope="module")
def nothing_is_left_at_the_end():
    """When JupyterLab and the browser have ended, no process and no descriptor of theirs is there."""
    descriptors, children = left_behind.open_descriptors(), set(left_behind.children())
    yield
    assert set(left_behind.children()) - children == set()
    assert left_behind.open_descriptors() - descriptors == set()


@pytest.fixture(scope="module")
def browser(nothing_is_left_at_the_end):
    """A window of a real Chromium, started once for a file."""
    with sync_playwright() as playwright:
        chrome = chromium.launch(playwright)
        yield chrome.new_context(viewport={"width": 1280, "height": 1000})
        chrome.close()


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """JupyterLab, started once (and only where there is a browser), on a folder that is empty at first."""
    folder, home = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("home")
    with Lab(folder, home) as lab:
        yield lab


@pytest.fixture
def show(browser, lab):
    """Opens a notebook in a tab of its own; closes it afterwards, and ends its kernel."""
    with contextlib.ExitStack() as at_the_end:
        yield lambda notebook: at_the_end.enter_context(shown(notebook, browser, lab))


@pytest.fixture
def run(show):
    """Opens a notebook with this cell in it, and runs it."""

    def run_in_lab(source):
        page = show(notebook_of(source))
        page.run_all()
        return page

    return run_in_lab
