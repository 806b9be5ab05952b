# title: Three processes, three locks, and one order for all
# misconception: M32
# verdicts: none

import multiprocessing
import os

fork = multiprocessing.get_context("fork")
forks = [fork.Lock() for _ in range(3)]
for seat in range(3):
    if os.fork() == 0:
        left, right = sorted([seat, (seat + 1) % 3])
        with forks[left], forks[right]:
            print("eats")
        os._exit(0)
for _ in range(3):
    os.wait()
