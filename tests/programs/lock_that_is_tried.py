# title: A lock that is tried, and not waited for
# misconception: M32
# verdicts: none

import multiprocessing
import os

lock = multiprocessing.get_context("fork").Lock()
lock.acquire()
if os.fork() == 0:
    if lock.acquire(block=False):
        lock.release()
    else:
        print("somebody has it")
    os._exit(0)
os.wait()
lock.release()
