"""Does anything grow over thousands of runs of ``share``? What a kernel and its fork server hold, early and late.

usage: python tools/benchmarks/runs.py      (about a minute)
"""

import os
import time

import psutil
from by_hand import seconds_of
from kernel import kernel_of
from machine import machine
from ratios import Ratio, ratio_of, spread, verdict
from results import record
from rounds import note

from shmlesson import share
from shmlesson.client.server import SERVER

RUNS = 10_000
FIRST = 100  # runs after which the first look is taken; as many at the end are compared with them
SIZE = 100  # bytes
MB = 10**6
AIMS = {"descriptors": 0, "processes": 0, "bytes of the kernel": MB, "bytes of the server": MB}  # that may be added
AIM_TIME = 1.2  # the last runs, times the first


def main():
    """Measure in a kernel and print."""
    note(f"{RUNS:,} runs")
    with kernel_of() as kernel:
        early, late, seconds = kernel.ask(f"runs.measure({RUNS})", "runs")
    print(f"{RUNS:,} runs of share({SIZE}) in a kernel{'':<8}after {FIRST}      at the end     more")
    for name, aim in AIMS.items():
        report(name, early[name], late[name], aim)
    report_time(seconds[:FIRST], seconds[-FIRST:])


def report(name, early, late, aim):
    """What there is of one thing, early and late. It is counted once, so its ratio has no spread."""
    print(f"  {name:<30}{early:>14,}{late:>16,}{late - early:>9,}   aim {aim:,}: {verdict(late - early, aim)}")
    record(f"{name} after {RUNS:,} runs", f"after {FIRST}", Ratio(*[late / early] * 3), (early + aim) / early)


def report_time(first, last):
    """Whether the last runs took as long as the first."""
    ratio = ratio_of(last, first)
    print(f"  ms of a run, median (quartiles): first {FIRST} {spread(first)}, last {FIRST} {spread(last)}")
    print(f"  last to first: {ratio}   aim {AIM_TIME}: {verdict(ratio.middle, AIM_TIME)}\n")
    record(f"time of the last {FIRST} of {RUNS:,} runs", f"the first {FIRST}", ratio, AIM_TIME)


def measure(runs):
    """What is held after ``FIRST`` runs and after all, and the seconds of each; this runs in the kernel."""
    seconds = take(FIRST)
    early = held()
    seconds += take(runs - FIRST)
    return early, held(), seconds


def take(runs):
    """The seconds of so many runs."""
    return [seconds_of(lambda: share(SIZE, "a"))[0] for _ in range(runs)]


def held():
    """What the kernel and a server that is ready for the next run hold together, and the memory of each."""
    last = share(SIZE, "a").parent.pid
    while SERVER._started.leader == last:  # until it has forked the next run's parent
        SERVER._started.receive(time.monotonic() + 30)
    kernel, server = psutil.Process(os.getpid()), psutil.Process(SERVER.pid)
    return {
        "descriptors": kernel.num_fds() + server.num_fds(),
        "processes": len(kernel.children(recursive=True)),
        "bytes of the kernel": kernel.memory_info().rss,
        "bytes of the server": server.memory_info().rss,
    }


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
