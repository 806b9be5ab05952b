"""The worst faults at random: steps that a seed decides on, and after each of them everything must be as it was.

A seed stands for a round of a few steps, the next seed for the next round. So a round that has gone wrong is repeated
by its own seed, whatever was before it.

usage: python tools/stress [--seconds 120] [--seed N]
"""

import argparse
import contextlib
import itertools
import os
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path
from unittest import mock

import psutil
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

sys.path.append(str(Path(__file__).resolve().parents[1]))
sys.path.append(str(Path(__file__).resolve().parents[2] / "tests" / "support"))
import left_behind
from shmlesson.client.server import SERVER
from stress.machine import Stress, WentWrong
from stress.table import TABLE

STEPS = 10
# Two examples, for the first is always the simplest one.
ROUND = settings(
    max_examples=2,
    stateful_step_count=STEPS,
    phases=[Phase.generate],
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def main(arguments=None):
    """Do rounds until the time is over; 0 if all was well after each step, else 1."""
    options = _options(arguments)
    os.environ[left_behind.MARK] = left_behind.ME
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(tempfile, "tempdir", folder):
        try:
            return _do_rounds(options.seed, time.monotonic() + options.seconds)
        finally:
            end_everything()
            print(TABLE, flush=True)


def _options(arguments):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=120, help="how long to begin rounds (120)")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="that of the first round")
    return parser.parse_args(arguments)


def _do_rounds(first, end):
    """Do one round after the other until the first that goes wrong; the exit code."""
    for number in itertools.count(first):
        print(f"seed {number}", flush=True)
        try:
            do_round(number)
        except WentWrong as step:
            print(f"seed {number}, {step}\n{_described(step.__cause__)}", flush=True)
            return 1
        if time.monotonic() > end:
            return 0


def _described(error):
    """What was wrong; for an error that nobody expected, on which line."""
    return f"wrong: {error}" if isinstance(error, AssertionError) else "".join(traceback.format_exception(error))


def do_round(number, machine=Stress):
    """Do the steps that this seed decides on: the same ones whatever was done before."""
    run_state_machine_as_test(seed(number)(lambda: machine()), settings=ROUND)


def end_everything():
    """Leave nothing behind, even after a failure."""
    SERVER.stop()
    for process in filter(left_behind._is_marked, psutil.process_iter()):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


if __name__ == "__main__":
    sys.exit(main())
