# title: An error takes the child past the release
# misconception: M32
# verdicts: lock held 21 14
# timeout: 1

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 1)
lock = multiprocessing.get_context("fork").Lock()
if os.fork() == 0:
    try:
        lock.acquire()
        block[0] = 256
        lock.release()
    except ValueError:
        os._exit(1)
    os._exit(0)
os.wait()
lock.acquire()
print(block[0])
lock.release()
