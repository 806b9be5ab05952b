"""The worst faults at random: acts that a seed decides, and after each of them everything must be as it was.

usage: python tools/stress [--seconds 120] [--seed N] [--first ACT]      (ACT: begin with this one, to repeat it)
"""

import argparse
import itertools
import os
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
sys.path.append(str(Path(__file__).resolve().parents[2] / "tests" / "support"))
import left_behind
from stress.act import timed
from stress.kinds import nth_act
from stress.state import State, end_everything, temporary_files_in
from stress.table import Table

EVERY = 5  # seconds between two lines of progress


def main(arguments=None):
    """Do acts until the time is over; 0 if all was well after each, else 1."""
    options = _options(arguments)
    print(f"seed {options.seed}", flush=True)
    os.environ[left_behind.MARK] = left_behind.ME
    table = Table()
    with tempfile.TemporaryDirectory() as folder, temporary_files_in(folder):
        try:
            return _do_acts(options, State(folder), table)
        finally:
            end_everything()
            print(table, flush=True)


def _options(arguments):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=120, help="how long to go on (120)")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="what decides on the acts")
    parser.add_argument("--first", type=int, default=0, help="the number of the act to begin with (0)")
    return parser.parse_args(arguments)


def _do_acts(options, state, table):
    """Do one act after the other until the first that goes wrong; the exit code."""
    for number in _numbers(options, table):
        kind, act = nth_act(options.seed, number)
        try:
            table.add(kind, act, *timed(act))
            state.check()
        except Exception as error:
            print(f"seed {options.seed}, act {number}, {kind}: {act.name}\n{_said_of(error)}", flush=True)
            return 1
    return 0


def _numbers(options, table):
    """The numbers of the acts until the time is over; every few seconds a line of progress is printed."""
    end, progress = time.monotonic() + options.seconds, time.monotonic() + EVERY
    for number in itertools.count(options.first):
        if time.monotonic() > end:
            return
        yield number
        if time.monotonic() > progress:
            progress = time.monotonic() + EVERY
            print(table.progress(), flush=True)


def _said_of(error):
    """What was wrong; for an error that nobody expected, on which line."""
    return f"wrong: {error}" if isinstance(error, AssertionError) else "".join(traceback.format_exception(error))


if __name__ == "__main__":
    sys.exit(main())
