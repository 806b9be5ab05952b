# title: with releases the lock, error or not
# misconception: M32
# verdicts: none

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 1)
lock = multiprocessing.get_context("fork").Lock()
if os.fork() == 0:
    try:
        with lock:
            block[0] = 256
    except ValueError:
        os._exit(1)
    os._exit(0)
os.wait()
with lock:
    print(block[0])
