# title: Three processes and three locks in a circle
# misconception: M32
# verdicts: deadlock 14 16
# timeout: 1

import multiprocessing
import os
import time

fork = multiprocessing.get_context("fork")
forks = [fork.Lock() for _ in range(3)]
for seat in range(3):
    if os.fork() == 0:
        with forks[seat]:
            time.sleep(0.1)
            with forks[(seat + 1) % 3]:
                print("eats")
        os._exit(0)
for _ in range(3):
    os.wait()
