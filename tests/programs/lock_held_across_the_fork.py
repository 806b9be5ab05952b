# title: The parent holds the lock from before the fork until it has written
# misconception: M32
# verdicts: none

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 5)
lock = multiprocessing.get_context("fork").Lock()
lock.acquire()
if os.fork() == 0:
    with lock:
        print(block[:])
    os._exit(0)
block[:] = b"hello"
lock.release()
os.wait()
