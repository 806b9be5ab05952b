"""How long do the notebooks take under nbval? Next to as many notebooks of one empty cell.

usage: python tools/benchmarks/notebooks.py      (about a minute and a half; the notebooks stay as they are)
"""

import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from machine import machine
from nbformat.v4 import new_code_cell, new_notebook
from results import record
from rounds import in_turns, note, part_of, print_table, timed
from scripts import FOLDER

ROOT = FOLDER.parents[1]
NOTEBOOKS = ROOT / "notebooks"
SETTINGS = ROOT / "tests" / "nbval.cfg"
COMMAND = ("-m", "pytest", "--quiet", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=60")
NOTHING = "pass"  # nbval starts a kernel only for a notebook with a cell
TIMEOUT = 300  # seconds for all notebooks
LAST = 2_000  # characters of what nbval says, if one of them fails
ROUNDS = 2
AIM = 3  # times the empty ones


def main():
    """Measure and print."""
    note("nbval over all notebooks")
    count = len(list(NOTEBOOKS.glob("*.ipynb")))
    empty = f"{count} empty notebooks"
    with empty_notebooks(count) as folder:
        ways = {empty: timed(lambda: nbval(folder)), "all notebooks": timed(lambda: nbval(NOTEBOOKS))}
        seconds = in_turns(ways, ROUNDS, warm=0)
    title = f"nbval over {count} notebooks, {ROUNDS} rounds in turns"
    ratios = part_of(seconds, "all notebooks")
    print_table(title, seconds, "all / this", ratios, {empty: AIM})
    print()
    record("nbval over all notebooks", empty, ratios[empty], AIM)


@contextlib.contextmanager
def empty_notebooks(count):
    """A folder of so many notebooks that do nothing."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            nbformat.write(new_notebook(cells=[new_code_cell(NOTHING)]), Path(folder, f"{number:02}.ipynb"))
        yield folder


def nbval(folder):
    """Run every notebook of ``folder`` against its saved outputs, as ``make nbval`` does; all must agree."""
    command = [sys.executable, *COMMAND, f"--nbval-sanitize-with={SETTINGS}", str(folder)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT)
    assert ended.returncode == 0, ended.stdout[-LAST:]


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
