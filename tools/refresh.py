"""Run the notebooks and keep what they show as the reference that every later run is compared with.

usage: python tools/refresh.py [NOTEBOOK...]      (without a name: all of them)
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from nbformat import NotebookNode

from slides import place

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
CELL_TIMEOUT = 120  # seconds
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
ANSI = re.compile(r"\x1b\[[0-9;]*m")
FRAME_OF_A_FILE = re.compile(r" *File [/~]")  # not "Cell In[3]", not "File <program>"


def main(names: list[str]) -> None:
    """Refresh the notebooks of these names, or all; stop at the first one that fails."""
    for path in [Path(name) for name in names] or sorted(NOTEBOOKS.glob("*.ipynb")):
        start = time.monotonic()
        try:
            changed = refresh(path)
        except (CellControlSignal, DeadKernelError) as error:
            sys.exit(f"{path.name} failed and stays as it was: {error}")
        seconds = time.monotonic() - start
        print(f"{path.name:36}{seconds:6.1f} s   {'changed' if changed else 'unchanged'}", flush=True)


def refresh(path: Path) -> bool:
    """Run one notebook in its folder, tidy it, place its slides, write it if that changed it; say whether it did."""
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    run(notebook, path.parent)
    tidy(notebook)
    place(notebook)
    after = nbformat.writes(notebook).rstrip("\n") + "\n"
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before


def run(notebook: NotebookNode, folder: Path) -> None:
    """Fill in the outputs; an error is one, unless the cell is tagged ``raises-exception``."""
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_TIMEOUT,
        resources={"metadata": {"path": str(folder)}},
        coalesce_streams=True,
        record_timing=False,
        # tidy() removes the state again; without it nbclient fails on the first Output widget.
        store_widget_state=True,
        extra_arguments=["--log-level=ERROR"],
    )
    client.execute()


def tidy(notebook: NotebookNode) -> None:
    """Remove what depends on the machine or on how the notebook was last looked at."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = KERNELSPEC
    notebook.metadata["language_info"] = LANGUAGE_INFO
    for cell in notebook.cells:
        _tidy_metadata(cell.metadata)
        for output in cell.get("outputs", []):
            _tidy_output(output)


def _tidy_metadata(metadata: NotebookNode) -> None:
    """Keep tags and hidden sources, which somebody chose; drop times and folded outputs, which happened."""
    for key in ("ExecuteTime", "collapsed", "execution", "scrolled"):
        metadata.pop(key, None)
    if "jupyter" in metadata:
        metadata.jupyter.pop("outputs_hidden", None)
        if not metadata.jupyter:
            del metadata["jupyter"]


def _tidy_output(output: NotebookNode) -> None:
    """Leave what can be read without a kernel: a widget's text or HTML, and the frames of the notebook's own cells."""
    if output.output_type == "error":
        output.traceback = [part for part in output.traceback if not FRAME_OF_A_FILE.match(ANSI.sub("", part))]
    elif len(output.get("data", {})) > 1:
        # The model is gone when the file is opened again; a viewer would show an error in its place.
        output.data.pop(WIDGET_VIEW, None)


if __name__ == "__main__":
    main(sys.argv[1:])
