# title: An event, set when the block is written
# misconception: M11
# verdicts: none

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 5)
written = multiprocessing.get_context("fork").Event()
if os.fork() == 0:
    written.wait()
    print(block[:])
    os._exit(0)
block[:] = b"hello"
written.set()
os.wait()
