"""What every test gets: a start without a fork server, and a look at what it has left behind."""

import contextlib
import io
import os
import signal

import hypothesis
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import left_behind
from desk import Desk
from lab_page import notebook_of, shown
from shmlesson.api.compare import TOOLS, Comparison
from shmlesson.client.server import SERVER
from shmlesson.views import chart

pytest_plugins = ["side_by_side"]

NEXT = pytest.StashKey()  # the test that is run after this one
DESK = Desk()

os.environ[left_behind.MARK] = left_behind.ME
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever starts the tests in the background has it ignored

hypothesis.settings.register_profile("any machine", deadline=None)  # a slow machine is no falsifying example
hypothesis.settings.load_profile("any machine")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    """Note for each test which one is next: what a file's tests share ends with its last one."""
    item.stash[NEXT] = nextitem
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Clear the desk after the last of the browser's tests, as late as that: it takes seconds to set up."""
    result = yield
    if not (nextitem and nextitem.get_closest_marker("browser")):
        DESK.clear()
    return result


@pytest.fixture(autouse=True)
def nothing_is_left_behind(request):
    """No process and no descriptor is there after a test that was not there before it.

    But for the fork server, at rest: it serves all tests of a file, and is ended after the last of them. A test that
    patches something, or is in a file that knows the server, has one of its own, and it is ended after that test.
    Not where JupyterLab and the browser live on: what they leave is looked for when the desk is cleared.
    """
    if request.node.get_closest_marker("browser"):
        yield
        return
    own = "monkeypatch" in request.fixturenames or vars(request.module).keys() & {"SERVER", "server"}
    if own:
        SERVER.stop()
    before = left_behind.Before()

    yield
    last = getattr(request.node.stash[NEXT], "path", None) != request.node.path
    if own or last:
        SERVER.stop()

    assert before.children_since() == []
    assert before.descriptors_since() == set()
    assert (left_behind.orphans() if last else before.orphans_since()) == []


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
def browser():
    """A window of a real Chromium, started once for all tests."""
    return DESK.browser()


@pytest.fixture(scope="module")
def lab(browser):
    """JupyterLab, started once for all tests (and only where there is a browser)."""
    return DESK.lab()


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


@pytest.fixture
def go(tmp_path, monkeypatch):
    """Lets a program wait until one of its processes waits: ``open(os.environ["GO"]).readline()`` returns then.

    It is to be given to the run as its ``watch``. So no program of a test sleeps, and hopes that this was long enough.
    """
    path = tmp_path / "go"
    os.mkfifo(path)
    monkeypatch.setenv("GO", str(path))
    with open(os.open(path, os.O_RDWR), "wb", buffering=0) as end:

        def watch(event):
            if event.kind == "waits" and "FIFO" not in event.detail["name"]:
                end.write(b"\n")

        yield watch
