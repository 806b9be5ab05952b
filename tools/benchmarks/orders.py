"""How fast are orders explored? The lesson's program; one with ``multiprocessing``, next to plain forks of as many
processes; and programs of more and more steps, with reduction and without.

usage: python tools/benchmarks/orders.py      (about two minutes)

Started by ``make bench``, it also draws the second as a plot.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import curve
from machine import machine
from program import lesson
from ratios import ratio_of
from results import CURVE, record
from rounds import note

from shmlesson import explore

ROUNDS = 15
RATE = 300  # orders a second
AIM = 1.0  # times the time that one order may take at this rate
COUNTERS_RATE = 100  # orders a second of three processes of multiprocessing
COUNTERS_AIM = 3.0  # times plain forks of as many processes
COUNTERS = """\
from multiprocessing import get_context

fork = get_context("fork")
count = fork.Value("i", 0)


def work():
    count.value += 1


workers = [fork.Process(target=work) for _ in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
"""
FORKS = """\
import gc, multiprocessing.queues, multiprocessing.sharedctypes, multiprocessing.synchronize, os, sys, time

gc.freeze()
start = time.perf_counter()
for _ in range(int(sys.argv[1])):
    first = os.fork()
    if first == 0:
        children = [os.fork() or os._exit(0) for _ in range(3)]
        for child in children:
            os.waitpid(child, 0)
        os._exit(0)
    os.waitpid(first, 0)
print(time.perf_counter() - start)
"""
STEPS = (1, 2, 3, 4, 5)  # writes of each process
BOUND = 1_000  # orders: more are not walked
FAMILY = """\
import mmap
import os

block = mmap.mmap(-1, 100)
pid = os.fork()
start = 50 if pid == 0 else 0
for offset in range({steps} - 1):
    block[start + offset] = 1
block[99] = start
if pid == 0:
    os._exit(0)
os.waitpid(pid, 0)
"""


def main():
    """Measure and print."""
    note("orders")
    each = [seconds_per_order() for _ in range(ROUNDS)]
    ratio = ratio_of(each, [1 / RATE] * ROUNDS)
    print(f"An order of the lesson's program, {ROUNDS} rounds: {1 / sorted(each)[ROUNDS // 2]:.0f} orders a second")
    record("an order of the lesson's program", f"1/{RATE} s", ratio, AIM)
    counters()
    print()
    rows = [row(steps) for steps in STEPS]
    table(rows)
    record(f"all orders of two processes with {rows[2][0]} writes each", "without reduction", saved(rows[2]), AIM)
    if CURVE in os.environ:
        curve.save(rows, machine(), Path(os.environ[CURVE]))


def seconds_per_order():
    """What one more order costs: the ten that there are without reduction, less the first."""
    source = lesson(sleeping=True)
    return (search(source, 10)[1] - search(source, 1)[1]) / 9


def counters():
    """An order of three processes that each add 1 to a value, next to four forks with no more in the processes."""
    seconds = [(an_order(COUNTERS, 60), plain_forks(60)) for _ in range(ROUNDS)]
    ours, forks = zip(*seconds, strict=True)
    print(f"An order of three counters, {ROUNDS} rounds: {1 / sorted(ours)[ROUNDS // 2]:.0f} orders a second")
    record("an order of three counters", f"1/{COUNTERS_RATE} s", ratio_of(ours, [1 / COUNTERS_RATE] * ROUNDS), AIM)
    record("an order of three counters", "plain forks of as many processes", ratio_of(ours, forks), COUNTERS_AIM)


def an_order(source, orders):
    """Seconds for one more order of so many, with reduction."""
    return (search(source, orders, True)[1] - search(source, 1, True)[1]) / (orders - 1)


def plain_forks(orders):
    """Seconds for the forks that an order of three counters makes."""
    command = [sys.executable, "-c", FORKS, str(orders)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) / orders


def search(source, orders, reduction=False):
    """The orders found and the seconds that it took; examples are drawn later, and do not count."""
    start, heard = time.perf_counter(), []
    explore(source, orders=orders, reduction=reduction, watch=lambda found: heard.append((found, time.perf_counter())))
    found, end = heard[-1]
    return found, end - start


def row(steps):
    """Writes of each process; orders and seconds with reduction, and without."""
    source = FAMILY.format(steps=steps)
    (few, quick), (many, slow) = (search(source, BOUND, reduction) for reduction in (True, False))
    assert few.complete
    return steps, few.count, quick, many.count, slow, many.complete


def saved(row):
    """Time with reduction to time without."""
    return ratio_of([row[2]] * 2, [row[4]] * 2)


def table(rows):
    print(f"  {'writes each':>12}{'with reduction':>28}{'without':>28}")
    for steps, few, quick, many, slow, complete in rows:
        less = f"{few} orders, {quick * 1000:.0f} ms"
        more = f"{'' if complete else 'more than '}{many} orders, {slow * 1000:.0f} ms"
        print(f"  {steps:>12}{less:>28}{more:>28}")
    print()


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
