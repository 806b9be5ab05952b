"""The scripts beside this file, each run by a Python of its own."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
TIMEOUT = 120  # seconds for one of them


def output_of(*arguments):
    """What such a Python prints."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, text=True, timeout=TIMEOUT).stdout


def seconds_by(*arguments):
    """A way whose time is what such a Python prints: what it does is timed, and not its start."""
    return lambda: float(output_of(*arguments))
