"""How fast is ``program``? The lesson's program without its sleep, next to ``python file.py`` of the same text.

usage: python tests/benchmarks/program.py      (about 5 seconds)
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

NOTEBOOK = FOLDER.parents[1] / "notebooks" / "04_write_and_read.ipynb"
FILE = "python file.py"
MAGIC = "%%program lesson\n"
ROUNDS = 40
AIM = 1.5  # times python file.py


def main():
    """Measure and print."""
    note("a program")
    source = lesson()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "file.py")
        file.write_text(source, encoding="utf-8")
        ways = {FILE: timed(lambda: run_file(file)), "program": timed(lambda: run_program(source))}
        seconds = in_turns(ways, ROUNDS)
    title = f"The lesson's program without its sleep, {ROUNDS} rounds in turns"
    ratios = part_of(seconds, "program")
    print_table(title, seconds, "program / this", ratios, {FILE: AIM})
    print()
    record("program, the lesson's without its sleep", FILE, ratios[FILE], AIM)


def lesson():
    """The text of the lesson's program as the notebook has it, without the lines about time."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    source = next(text for text in map(text_of, cells) if text.startswith(MAGIC)).removeprefix(MAGIC)
    kept = [line for line in source.splitlines() if line.strip() not in ("import time", "time.sleep(2)")]
    assert "time." not in "\n".join(kept)
    return "\n".join(kept) + "\n"


def text_of(cell):
    return "".join(cell["source"])


def run_file(file):
    """As a program of its own; both of its processes have closed the output when this returns."""
    printed = subprocess.run([sys.executable, str(file)], check=True, capture_output=True, text=True).stdout
    check(printed)


def run_program(source):
    """With ``program``, which waits for both processes."""
    check("".join(process.printed for process in program(source).processes))


def check(printed):
    """Both processes have come to their end."""
    assert "Now I have written to it." in printed, printed
    assert "The block holds:" in printed, printed


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
