"""How late does one hear of a fault? The worst that a learner's program may do, next to the deadline of its run.

Of many runs the worst one counts: its ratio to what is allowed goes to the results, and its spread reaches down to the
median of all runs.

usage: python tools/benchmarks/faults.py      (about half a minute)
"""

import os
import signal
import sys
from functools import partial

from by_hand import seconds_of
from machine import machine
from ratios import Ratio, quartiles, verdict
from results import record
from rounds import note
from scripts import FOLDER

from shmlesson import program, share
from shmlesson.client.server import SERVER
from shmlesson.errors import ShmlessonError

sys.path.extend(map(str, (FOLDER.parent, FOLDER.parents[1] / "tests" / "support")))
from misdeeds import MISDEEDS

TIMEOUT = 0.5  # seconds that a run may take
AIM = 0.5  # seconds more until one hears of it
ROUNDS = 3
PROGRAMS = (
    "parent loops",
    "child 1 stops itself",
    "parent ignores signals",
    "child 1 blocks signals",
    "a daemon",
    "a busy daemon",
    "a hundred children",
    "a stubborn fork loop",
    "parent prints without end",
    "a parent that waits before it reads",
    "child 1 closes every descriptor and loops",
    "child 1 becomes another program",
    "parent asks for input",
)


def main():
    """Measure and print."""
    note(f"{len(FAULTS)} faults")
    rounds = [{name: hear_of(act) for name, act in FAULTS.items()} for _ in range(ROUNDS)]
    print(f"Faults, each with a deadline of {TIMEOUT} s, {ROUNDS} rounds; seconds beyond it, at most {AIM}")
    print(f"  {'':<45}{'median':>8}{'worst':>8}")
    late = {name: [heard[name][0] - TIMEOUT for heard in rounds] for name in FAULTS}
    for name, values in late.items():
        _, middle, _ = quartiles(values)
        columns = f"{middle:>8.2f}{max(values):>8.2f}   {verdict(max(values), AIM)}"
        print(f"  {name:<45}{columns:<36}{rounds[-1][name][1]}")
    report(late)


def hear_of(act):
    """How long it takes until one hears of a fault, and what one hears; the fork server is up before."""
    share()
    return seconds_of(lambda: outcome(act))


def outcome(act):
    """The name of the error, or of what the run says."""
    try:
        run = act()
    except ShmlessonError as error:
        return type(error).__name__
    if run.stopped_at is not None:
        return f"stopped at {run.stopped_at} processes"
    return "ended by itself" if run.stopped_after is None else "stopped at its deadline"


def lose_server():
    """The fork server is killed as soon as a program has printed."""
    source = "import signal\nprint(1, flush=True)\nsignal.pause()"
    return program(source, timeout=TIMEOUT, watch=lambda event: os.kill(SERVER.pid, signal.SIGKILL))


def report(late):
    """The worst run of all, and the median of all."""
    allowed = TIMEOUT + AIM
    worst = max(late, key=lambda name: max(late[name]))
    _, usual, _ = quartiles([(TIMEOUT + seconds) / allowed for values in late.values() for seconds in values])
    most = (TIMEOUT + max(late[worst])) / allowed
    ratio = Ratio(usual, most, most)
    print(f"  worst: {worst}\n")
    record(f"the worst of {len(late)} faults: {worst}", f"its deadline and {AIM} s", ratio, 1)


FAULTS = {
    **{name: partial(program, MISDEEDS[name], timeout=TIMEOUT) for name in PROGRAMS},
    "a share that takes too long": partial(share, 1 << 30, wait="sleep", seconds=TIMEOUT - 0.01, timeout=TIMEOUT),
    "the fork server is killed during a run": lose_server,
}

if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
