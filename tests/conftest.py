"""What every test gets: a start without a fork server, and a look at what it has left behind."""

import io
import os

import hypothesis
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import left_behind
from shmlesson.comparison import TOOLS, Comparison
from shmlesson.server import SERVER
from shmlesson.views import chart

os.environ[left_behind.MARK] = left_behind.ME

hypothesis.settings.register_profile("any machine", deadline=None)  # a slow machine is no falsifying example
hypothesis.settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def nothing_is_left_behind():
    """End the fork server after each test; then no process and no descriptor may be there that was not there before."""
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
