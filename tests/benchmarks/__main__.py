"""Everything that is measured, one part after the other, each in a process of its own.

usage: python tests/benchmarks      (about five minutes; writes nothing but what it prints)
"""

import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = ("share", "sizes", "fill", "look", "program", "starts", "runs", "notebooks")  # the longest one last


def main():
    """Run all parts, even after one has failed; the exit code says whether one did."""
    start = time.monotonic()
    failed = [part for part in PARTS if run(part) != 0]
    print(f"{time.monotonic() - start:.0f} s in all", file=sys.stderr)
    sys.exit(f"not measured to the end: {', '.join(failed)}" if failed else 0)


def run(part):
    """Measure one part; its exit code."""
    return subprocess.run([sys.executable, "-c", f"import {part}\n{part}.main()"], cwd=HERE).returncode


if __name__ == "__main__":
    main()
