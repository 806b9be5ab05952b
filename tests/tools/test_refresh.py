"""The reference outputs hold what a reader needs and nothing that belongs to one machine."""

import copy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import refresh
from refresh import WIDGET_VIEW, tidy

VIEW = {"model_id": "12ab", "version_major": 2, "version_minor": 0}
OURS = [
    "\x1b[31mValueError\x1b[39m",
    "\x1b[36mCell\x1b[39m In[1], line 1",
    "  File <program>:1\n    x = (",
    "ValueError: no",
]
THEIRS = [
    "\x1b[36mFile \x1b[39m~/lib/json/decoder.py:355, in decode",
    "  \x1b[36mFile \x1b[39m/usr/lib/ast.py:50 in parse",
]


def notebook_with(*outputs, **metadata):
    """A notebook of one cell that was run and showed these outputs."""
    cell = new_code_cell("1", execution_count=1, outputs=list(outputs), metadata=metadata)
    language = {"name": "python", "version": "3.11.7"}
    return new_notebook(cells=[cell], metadata={"widgets": {}, "language_info": language})


def shown(**data):
    """An output of these types: ``text``, ``html`` and ``view``."""
    names = {"text": "text/plain", "html": "text/html", "view": WIDGET_VIEW}
    return new_output("display_data", {names[key]: value for key, value in data.items()})


@pytest.mark.parametrize("beside", [{"text": "IntSlider(value=5)"}, {"text": "Playground", "html": "<p>"}])
def test_a_widget_keeps_what_can_be_read_without_a_kernel(beside):
    notebook = notebook_with(shown(view=VIEW, **beside))

    tidy(notebook)

    assert notebook.cells[0].outputs == [shown(**beside)]


def test_an_output_is_never_left_empty():
    notebook = notebook_with(shown(view=VIEW))

    tidy(notebook)

    assert notebook.cells[0].outputs == [shown(view=VIEW)]


def test_the_notebook_no_longer_says_which_python_or_widgets_it_had():
    notebook = notebook_with()

    tidy(notebook)

    assert "widgets" not in notebook.metadata
    assert "version" not in notebook.metadata.language_info
    assert notebook.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize(
    ("noise", "kept"),
    [
        ({"execution": {"iopub.execute_input": "2026-01-01T00:00:00Z"}}, {}),
        ({"collapsed": True, "scrolled": False}, {}),
        ({"jupyter": {"outputs_hidden": True}}, {}),
        ({"jupyter": {"outputs_hidden": True, "source_hidden": True}}, {"jupyter": {"source_hidden": True}}),
        ({"tags": ["raises-exception"]}, {"tags": ["raises-exception"]}),
    ],
)
def test_a_cell_keeps_only_the_metadata_that_somebody_chose(noise, kept):
    notebook = notebook_with(**noise)

    tidy(notebook)

    assert notebook.cells[0].metadata == kept


def test_a_traceback_keeps_the_frames_of_the_notebook_and_drops_those_of_files():
    traceback = OURS[:2] + THEIRS + OURS[2:]
    notebook = notebook_with(new_output("error", ename="ValueError", evalue="no", traceback=traceback))

    tidy(notebook)

    assert notebook.cells[0].outputs[0].traceback == OURS


def test_execution_counts_stay():
    notebook = notebook_with(new_output("execute_result", {"text/plain": "1"}, execution_count=1))

    tidy(notebook)

    assert (notebook.cells[0].execution_count, notebook.cells[0].outputs[0].execution_count) == (1, 1)


def test_tidying_twice_changes_no_more_than_once():
    notebook = notebook_with(shown(view=VIEW, text="x"), new_output("error", traceback=OURS + THEIRS), scrolled=True)
    tidy(notebook)
    once = copy.deepcopy(notebook)

    tidy(notebook)

    assert notebook == once


def refresh_in_a_process(*paths):
    """Run the script itself, so that its kernel and threads are gone before this test ends."""
    command = [sys.executable, refresh.__file__, *paths]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def saved(path: Path, *sources):
    """A notebook file of these cells, never run."""
    cells = [new_markdown_cell("# Try")] + [new_code_cell(source) for source in sources]
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """A notebook that was refreshed twice, the second time with one behind it that fails: what was said and is there.

    Both in one process, for the start of each takes seconds.
    """
    folder = tmp_path_factory.mktemp("notebooks")
    good = saved(folder / "00_try.ipynb", "import ipywidgets\nipywidgets.IntSlider(5)", "print(1)")
    bad = saved(folder / "01_fail.ipynb", "1 / 0")
    first, before = refresh_in_a_process(good), (good.read_bytes(), bad.read_bytes())
    second = refresh_in_a_process(good, bad)
    return SimpleNamespace(first=first, before=before, second=second, after=(good.read_bytes(), bad.read_bytes()))


def test_a_second_refresh_leaves_the_file_alone(refreshed):
    assert refreshed.first.stdout.endswith(" changed\n"), refreshed.first.stderr
    assert refreshed.second.stdout.endswith(" unchanged\n"), refreshed.second.stderr
    assert refreshed.after[0] == refreshed.before[0]


def test_a_notebook_that_fails_is_named_and_stays_as_it_was(refreshed):
    assert (refreshed.first.returncode, refreshed.second.returncode) == (0, 1)
    assert "01_fail.ipynb failed and stays as it was" in refreshed.second.stderr
    assert refreshed.after[1] == refreshed.before[1]
