"""Results: what the parts of a run have measured, each a line of JSON in one file that all parts add to."""

import json
import os
from pathlib import Path
from typing import NamedTuple

from ratios import Ratio, verdict

FILE = "SHMLESSON_BENCH_RESULTS"  # the environment variable that names the file; a part that runs alone has none
CURVE = "SHMLESSON_BENCH_CURVE"  # that of the plot of what orders cost, in a run of all parts


class Result(NamedTuple):
    """``measure`` took ``ratio`` times what ``beside`` took, and is to take at most ``aim`` times that, if any."""

    measure: str
    beside: str
    ratio: Ratio
    aim: float | None

    @property
    def judgement(self):
        """Whether the aim was met; without one, who is ahead, if their quartiles lie apart."""
        if self.aim is not None:
            return verdict(self.ratio.middle, self.aim)
        if self.ratio.low <= 1 <= self.ratio.high:
            return "level"
        return f"{self.beside if self.ratio.low > 1 else 'share'} is ahead"


def record(measure, beside, ratio, aim=None):
    """Add a result to the run's file, if there is one."""
    if FILE in os.environ:
        with open(os.environ[FILE], "a", encoding="utf-8") as lines:
            lines.write(json.dumps(Result(measure, beside, ratio, aim)) + "\n")


def read(file):
    """All results of a run, in the order in which they were measured."""
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    return [Result(measure, beside, Ratio(*ratio), aim) for measure, beside, ratio, aim in map(json.loads, lines)]
