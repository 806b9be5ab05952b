# title: An event says by being cleared that the word is there
# misconception: M11
# verdicts: none

import mmap
import multiprocessing
import os
import time

block = mmap.mmap(-1, 5)
busy = multiprocessing.get_context("fork").Event()
busy.set()
if os.fork() == 0:
    block[:] = b"hello"
    busy.clear()
    os._exit(0)
while busy.is_set():
    time.sleep(0.001)
print(block[:])
os.wait()
