# title: An event, set before the block is written
# misconception: M11
# verdicts: race 17 14
# prints: varies

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 5)
written = multiprocessing.get_context("fork").Event()
if os.fork() == 0:
    written.wait()
    print(block[:])
    os._exit(0)
written.set()
block[:] = b"hello"
os.wait()
