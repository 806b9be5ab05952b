# title: A barrier between the writes and the reads
# misconception: M11
# verdicts: none

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 2)
barrier = multiprocessing.get_context("fork").Barrier(2)
if os.fork() == 0:
    block[0] = 1
    barrier.wait()
    print("child", block[1])
    os._exit(0)
block[1] = 2
barrier.wait()
print("parent", block[0])
os.wait()
