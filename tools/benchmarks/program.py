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

NOTEBOOK = FOLDER.parents[1] / "notebooks" / "04_write_and_read.ipynb"
FILE = "python file.py"
MAGIC = "%%program lesson\n"
ROUNDS = 40
AIM = 1.5  # times python file.py
ACCESSES, LOCKED = 10_000, 1_000
ENDS = """
if pid == 0:
    os._exit(0)
os.waitpid(pid, 0)
print("Now I have written to it.", "The block holds:", block[0])
"""
LOOP = f"""
import mmap
import os

block = mmap.mmap(-1, 100)
pid = os.fork()
for number in range({ACCESSES} // 4):
    block[pid == 0] = (block[pid == 0] + 1) % 256
{ENDS}"""
UNDER_A_LOCK = f"""
import mmap
import multiprocessing
import os

lock = multiprocessing.get_context("fork").Lock()
block = mmap.mmap(-1, 100)
pid = os.fork()
for number in range({LOCKED} // 2):
    with lock:
        block[0] = (block[0] + 1) % 256
{ENDS}"""


def main():
    """Measure and print."""
    note("a program")
    compare("the lesson's without its sleep", lesson())
    compare(f"{ACCESSES:,} reads and writes in a loop", LOOP)
    compare(f"{LOCKED:,} additions, each under a lock", UNDER_A_LOCK)


def compare(what, source):
    """Run it in both ways, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "file.py")
        file.write_text(source, encoding="utf-8")
        ways = {FILE: timed(lambda: run_file(file)), "program": timed(lambda: run_program(source))}
        seconds = in_turns(ways, ROUNDS)
    ratios = part_of(seconds, "program")
    print_table(f"{what}, {ROUNDS} rounds in turns", seconds, "program / this", ratios, {FILE: AIM})
    print()
    record(f"program, {what}", FILE, ratios[FILE], AIM)


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
