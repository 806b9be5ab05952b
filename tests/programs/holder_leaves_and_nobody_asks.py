# title: The child ends while it holds the lock, and nobody wants it
# misconception: M32
# verdicts: lock held 12

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 1)
lock = multiprocessing.get_context("fork").Lock()
if os.fork() == 0:
    lock.acquire()
    block[0] = 1
    os._exit(0)
os.wait()
print(block[0])
