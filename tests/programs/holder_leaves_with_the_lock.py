# title: The child ends while it holds the lock
# misconception: M32
# verdicts: lock held 19 15
# timeout: 1
# outcome: deadlock
# complete: yes

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
with lock:
    print(block[0])
