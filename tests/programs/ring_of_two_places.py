# title: A ring of two places, with a semaphore for each direction
# misconception: M32
# verdicts: none

import mmap
import multiprocessing
import os

ring = mmap.mmap(-1, 2)
fork = multiprocessing.get_context("fork")
free, full = fork.Semaphore(2), fork.Semaphore(0)
if os.fork() == 0:
    for number in range(6):
        free.acquire()
        ring[number % 2] = number
        full.release()
    os._exit(0)
for number in range(6):
    full.acquire()
    print(ring[number % 2])
    free.release()
os.wait()
