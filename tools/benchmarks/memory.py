"""How much memory does ``share`` of a GiB take? The peak of its largest process, next to the block itself.

usage: python tools/benchmarks/memory.py      (about 5 seconds; needs 2 GiB of free memory)
"""

import os

from machine import machine
from peak import PeakWatch
from ratios import ratio_of, verdict
from results import record
from rounds import note

from shmlesson import available_memory, share
from shmlesson.client.server import SERVER

MB = 10**6
SIZE = 1 << 30  # bytes
ROUNDS = 3
TIMEOUT = 120  # seconds for one run
EXTRA = 50 * MB  # what a process may hold for itself
AIM = 1.05 + EXTRA / SIZE  # times the block


def main():
    """Measure and print."""
    if available_memory() < 2 * SIZE:
        print("The peak of memory was not measured: it needs 2 GiB of free memory.\n")
        return
    note("peaks of memory")
    peaks = [peak_by_role() for _ in range(ROUNDS)]
    print(f"Peak memory of each process while share handles 1 GiB, {ROUNDS} rounds")
    print(f"  {'':<18}{'most, MB':>10}{'beyond the block':>20}")
    for role in peaks[0]:
        most = max(peak[role] for peak in peaks)
        print(f"  {role:<18}{most / MB:>10.1f}{max(0, most - SIZE) / MB:>20.1f}")
    report(ratio_of([max(peak.values()) for peak in peaks], [SIZE] * ROUNDS))


def peak_by_role():
    """Bytes of every process of one run, and of the two that are there before it."""
    with PeakWatch(os.getpid()) as watch:
        run = share(SIZE, "a", timeout=TIMEOUT)
    roles = {os.getpid(): "the caller", SERVER.pid: "the fork server", **{p.pid: p.name for p in run.processes}}
    return {role: watch.peaks[pid] for pid, role in roles.items()}


def report(ratio):
    """The largest of them, as a part of the block."""
    print(f"  largest to the block: {ratio}   aim {AIM:.2f}: {verdict(ratio.middle, AIM)}\n")
    record("peak memory of share(1 GiB)", "the block: 1.05 of it and 50 MB", ratio, AIM)


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
