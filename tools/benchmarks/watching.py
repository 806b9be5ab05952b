"""What does it cost to be watched? Loops over a block, locks and queues, next to ``python file.py`` of the same text.

usage: python tools/benchmarks/watching.py      (about a minute)

What is timed is the whole of it: the start, all that is reported, and the verdicts.
"""

from machine import machine
from program import compare
from rounds import note

ROUNDS = 10
AIM, AIM_OF_LOCKS = 5, 2  # times python file.py
CHANGING = """
import mmap

block = mmap.mmap(-1, 4096)
total = 0
for number in range(50_000):
    block[number % 4096] = number % 251
    total += block[number * 7 % 4096]
print("done", total > 0)
"""
BUBBLE = """
import mmap

block = mmap.mmap(-1, 300)
block[:] = bytes(number * 37 % 251 for number in range(300))
for end in range(299, 0, -1):
    for place in range(end):
        if block[place] > block[place + 1]:
            block[place], block[place + 1] = block[place + 1], block[place]
print("done", block[:] == bytes(sorted(block[:])))
"""
SIEVE = """
import mmap

block = mmap.mmap(-1, 30_000)
for number in range(2, 30_000):
    if block[number] == 0:
        for multiple in range(number * number, 30_000, number):
            block[multiple] = 1
print("done", block[:].count(0) > 3000)
"""
LOCKED = """
from multiprocessing import get_context

fork = get_context("fork")
count = fork.Value("i", 0)


def work():
    for _ in range(2500):
        with count.get_lock():
            count.value += 1


workers = [fork.Process(target=work) for _ in range(2)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print("done", count.value == 5000)
"""
QUEUE = """
from multiprocessing import get_context

fork = get_context("fork")
queue = fork.Queue()


def work():
    for number in range(2000):
        queue.put(number)


worker = fork.Process(target=work)
worker.start()
print("done", sum(queue.get() for _ in range(2000)) == 1999 * 1000)
worker.join()
"""


def main():
    """Measure and print."""
    note("what it costs to be watched")
    compare("100,000 writes and reads of changing values", CHANGING, ROUNDS, AIM, ["done True"])
    compare("a bubble sort of 300 bytes", BUBBLE, ROUNDS, AIM, ["done True"])
    compare("a sieve of 30,000 numbers", SIEVE, ROUNDS, AIM, ["done True"])
    compare("5,000 additions, each under a lock", LOCKED, ROUNDS, AIM_OF_LOCKS, ["done True"])
    compare("2,000 items through a queue", QUEUE, ROUNDS, AIM_OF_LOCKS, ["done True"])


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
