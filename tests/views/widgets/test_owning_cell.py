"""What a cell has made is told when the cell is run again or was deleted, and at no other time."""

import gc
from types import SimpleNamespace

import pytest
from IPython.core.events import EventManager, available_events

from shmlesson.views.widgets import owning_cell


class Shell:
    """Stands in for a kernel's shell: ``run`` begins a cell, as a front end has asked for it."""

    def __init__(self):
        self.events, self._parent = EventManager(self, available_events), {}

    def get_parent(self):
        return self._parent

    def run(self, cell=None, **metadata):
        self._parent = {"metadata": {"cellId": cell, **metadata} if cell else metadata}
        self.begins(cell)

    def begins(self, cell):
        self.events.trigger("pre_run_cell", SimpleNamespace(cell_id=cell))


class Made:
    """Something that a cell has made, and what it was told."""

    def __init__(self):
        self.told = []
        owning_cell.belongs_to_its_cell(self)

    def cell_gone(self, how):
        self.told.append(how)


@pytest.fixture
def shell(monkeypatch):
    made = Shell()
    monkeypatch.setattr(owning_cell, "get_ipython", lambda: made)
    monkeypatch.setattr(owning_cell, "_OWNED", {})
    return made


def test_a_new_run_of_its_cell_is_told_to_all_that_the_cell_has_made_before(shell):
    shell.run("cell 1")
    first, second = Made(), Made()
    shell.run("cell 2")
    other = Made()
    shell.run("cell 1")
    third = Made()

    assert (first.told, second.told) == (["was run again"], ["was run again"])
    assert (other.told, third.told) == ([], [])


def test_that_its_cell_was_deleted_is_told_when_the_next_one_runs(shell):
    shell.run("cell 1")
    made = Made()
    shell.run("cell 2", deletedCells=["cell 7", "cell 1"])

    assert made.told == ["was deleted"]


def test_a_text_that_the_cell_itself_runs_is_no_new_run_of_it(shell):
    shell.run("cell 1")
    made = Made()
    shell.begins(None)  # what get_ipython().run_cell(...) does in a cell

    assert made.told == []


@pytest.mark.parametrize("metadata", [{}, {"cellId": ""}, {"cellId": None}])
def test_where_no_cell_is_told_nothing_belongs_to_one(shell, metadata):
    shell.run(**metadata)
    made = Made()
    shell.run(**metadata)
    shell.run("cell 1")

    assert made.told == []


@pytest.mark.parametrize("other", [None, SimpleNamespace(events=None)])
def test_without_a_kernel_nothing_belongs_to_a_cell(monkeypatch, other):
    monkeypatch.setattr(owning_cell, "get_ipython", lambda: other)

    assert Made().told == []


def test_a_cell_does_not_keep_what_it_has_made(shell):
    shell.run("cell 1")
    Made()
    gc.collect()

    assert len(owning_cell._OWNED["cell 1"]) == 0
