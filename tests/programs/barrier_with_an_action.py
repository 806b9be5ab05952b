# title: The last to come to a barrier writes for everybody
# misconception: M11
# verdicts: none

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 5)


def write():
    block[:] = b"hello"


barrier = multiprocessing.get_context("fork").Barrier(2, action=write)
pid = os.fork()
barrier.wait()
print(block[:])
if pid == 0:
    os._exit(0)
os.wait()
