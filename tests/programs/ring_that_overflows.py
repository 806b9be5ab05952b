# title: A ring of two places, and nobody asks whether one is free
# misconception: M32
# verdicts: race 14 19
# prints: varies

import mmap
import multiprocessing
import os

ring = mmap.mmap(-1, 2)
full = multiprocessing.get_context("fork").Semaphore(0)
if os.fork() == 0:
    for number in range(6):
        ring[number % 2] = number
        full.release()
    os._exit(0)
for number in range(6):
    full.acquire()
    print(ring[number % 2])
os.wait()
