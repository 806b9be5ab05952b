"""How fast is ``program``, which tells what it sees? Next to ``python file.py`` of the same text.

usage: python tools/benchmarks/program.py      (about 20 seconds)
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from machine import machine
from results import record
from rounds import in_turns, note, part_of, print_table, timed
from scripts import FOLDER

from shmlesson import program

NOTEBOOK = FOLDER.parents[1] / "notebooks" / "05_write_and_read.ipynb"
FILE = "python file.py"
MAGIC = "%%program lesson\n"
ROUNDS = 40
AIM = 1.2  # times python file.py


def main():
    """Measure and print."""
    note("a program")
    compare("the lesson's without its sleep", lesson(), ROUNDS, AIM, ("Now I have written to it.", "The block holds:"))


def compare(what, source, rounds, aim, printed):
    """Run it in both ways, in turns; each time it must have printed these."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "file.py")
        file.write_text(source, encoding="utf-8")
        ways = {FILE: timed(lambda: run_file(file, printed)), "program": timed(lambda: run_program(source, printed))}
        seconds = in_turns(ways, rounds)
    ratios = part_of(seconds, "program")
    print_table(f"{what}, {rounds} rounds in turns", seconds, "program / this", ratios, {FILE: aim})
    print()
    record(f"program, {what}", FILE, ratios[FILE], aim)


def lesson(sleeping=False):
    """The text of the lesson's program as the notebook has it, without the lines about time unless it is to sleep."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    source = next(text for text in map(text_of, cells) if text.startswith(MAGIC)).removeprefix(MAGIC)
    if sleeping:
        return source
    kept = [line for line in source.splitlines() if line.strip() not in ("import time", "time.sleep(2)")]
    assert "time." not in "\n".join(kept)
    return "\n".join(kept) + "\n"


def text_of(cell):
    return "".join(cell["source"])


def run_file(file, expected):
    """As a program of its own; all its processes have closed the output when this returns."""
    printed = subprocess.run([sys.executable, str(file)], check=True, capture_output=True, text=True).stdout
    check(printed, expected)


def run_program(source, expected):
    """With ``program``, which waits for all processes, and with what is to be said of it."""
    run = program(source)
    assert not run.truncated, f"{run.truncated} acts were not told"
    _ = run.verdicts  # they are a part of what takes time
    check("".join(process.printed for process in run.processes), expected)


def check(printed, expected):
    """It has come to its end."""
    assert all(words in printed for words in expected), printed


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
