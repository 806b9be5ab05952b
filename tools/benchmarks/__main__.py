"""Everything that is measured, one part after the other, each in a process of its own; then one table of all results.

usage: python tools/benchmarks [PART ...]      (all of them: about eight minutes)

A run of all parts writes the table and a plot of it to the folder build; one of orders the plot of what they cost.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import plot
import results
import summary
from machine import machine
from scripts import FOLDER

PARTS = (
    "share",
    "first",
    "sizes",
    "memory",
    "fill",
    "look",
    "program",
    "watching",
    "orders",
    "trials",
    "slider",
    "stepper",
    "runs",
    "faults",
    "live",
    "notebooks",
)
BUILD = FOLDER.parents[1] / "build"


def main(wanted):
    """Run these parts, or all, even after one has failed; the exit code says whether one did."""
    if unknown := [part for part in wanted if part not in PARTS]:
        sys.exit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    start, here = time.monotonic(), machine()
    print(here, end="\n\n", flush=True)
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "results.jsonl")
        file.touch()
        failed = [part for part in wanted or PARTS if run(part, file) != 0]
        report(results.read(file), here, keep=not wanted)
    print(f"{time.monotonic() - start:.0f} s in all", file=sys.stderr)
    sys.exit(f"not measured to the end: {', '.join(failed)}" if failed else 0)


def run(part, file):
    """Measure one part, whose results go to the file; its exit code."""
    command = [sys.executable, "-c", f"import {part}\n{part}.main()"]
    environment = {**os.environ, results.FILE: str(file), results.CURVE: str(BUILD / "orders.svg")}
    return subprocess.run(command, cwd=FOLDER, env=environment).returncode


def report(measured, here, keep):
    """Print the table of all results; keep it as a page and as a plot, too."""
    print(summary.plain(measured))
    if keep:
        (BUILD / "bench.md").write_text(summary.markdown(measured, here), encoding="utf-8")
        plot.save(measured, here, BUILD / "bench.svg")
        print("This table and a plot of it are in build/bench.md and build/bench.svg.")


if __name__ == "__main__":
    main(sys.argv[1:])
