# title: One barrier, three rounds, two processes that change places
# misconception: M11
# verdicts: none

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 1)
barrier = multiprocessing.get_context("fork").Barrier(2)
pid = os.fork()
for number in range(4):
    if (number % 2 == 0) == (pid == 0):
        block[0] += 1
    barrier.wait()
if pid == 0:
    os._exit(0)
os.wait()
print(block[0])
