"""Two nodes of Ray are ended with all their processes, whatever happens; and cells that need Ray say so without it."""

import os
import subprocess
import sys

import psutil
import pytest

from shmlesson import magics
from shmlesson.cluster import needed, two_nodes
from shmlesson.cluster.needed import LeftOut, missing

needs_ray = pytest.mark.skipif(bool(missing("ray")), reason=missing("ray"))
CELL = "%%needs ray\nimport numpy as np\nx, y = 1, 2\ndef f():\n    z = 3\nx\n"


def there_are_processes_of(folder):
    """Those whose command line names the folder of two nodes."""
    found = []
    for process in psutil.process_iter():
        try:
            if folder in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def without_ray(monkeypatch):
    monkeypatch.setattr(needed.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(needed.sys, "platform", "linux")


@pytest.fixture
def with_ray(monkeypatch):
    monkeypatch.setattr(needed.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(needed.sys, "platform", "linux")


def test_without_ray_a_cell_that_needs_it_says_how_to_get_it_and_its_names_say_so_too(without_ray, capsys):
    names = {}

    exec("".join(magics.leave_out(CELL.splitlines(keepends=True))), names)

    assert "pip install 'shmlesson[cluster]'" in capsys.readouterr().out
    assert {name for name, value in names.items() if isinstance(value, LeftOut)} == {"f", "np", "x", "y"}


def test_with_ray_it_is_run_as_it_is_each_line_where_it_was(with_ray):
    lines = magics.leave_out(CELL.splitlines(keepends=True))

    assert lines[0].startswith("#")
    assert lines[1:] == CELL.splitlines(keepends=True)[1:]


@pytest.mark.parametrize("lines", [[], ["x = 1\n"], ["%%program needs\n", "pass\n"]])
def test_other_cells_are_left_alone(without_ray, lines):
    assert magics.leave_out(lines) == lines


def test_a_package_that_no_cell_needs_is_refused():
    with pytest.raises(ValueError, match=r"^a cell can need ray or distributed, got 'rya'$"):
        missing("rya")


def test_elsewhere_than_on_linux_it_is_not_run(monkeypatch):
    monkeypatch.setattr(needed.sys, "platform", "darwin")

    assert missing("ray") == "This cell needs Ray on Linux, so it was not run."


FAILS = """
from shmlesson.cluster import two_nodes

with two_nodes(300) as nodes:
    print(nodes._folder, nodes.processes, flush=True)
    1 / 0
"""


@needs_ray
def test_an_error_ends_all_processes():
    """In a process of its own: Ray leaves descriptors in the one that has called it."""
    run = subprocess.run([sys.executable, "-c", FAILS], capture_output=True, text=True, timeout=300)
    folder, count = run.stdout.split()

    assert "ZeroDivisionError" in run.stderr
    assert int(count) >= 4
    assert there_are_processes_of(folder) == []
    assert not os.path.exists(folder)


@needs_ray
def test_nodes_that_were_never_used_end_too():
    nodes = two_nodes(300)
    nodes.close()

    assert there_are_processes_of(nodes._folder) == []


@needs_ray
def test_after_their_time_they_end_by_themselves_and_say_so():
    nodes = two_nodes(5)
    nodes._keeper.wait(120)

    assert there_are_processes_of(nodes._folder) == []
    with pytest.raises(RuntimeError, match="have ended"):
        nodes.connect()
