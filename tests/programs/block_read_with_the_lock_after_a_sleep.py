# title: A lock and a sleep in place of a word
# misconception: M11
# verdicts: sleep 15 19 17

import mmap
import multiprocessing
import os
import time

block = mmap.mmap(-1, 4)
lock = multiprocessing.get_context("fork").Lock()
pid = os.fork()
if pid == 0:
    with lock:
        block[:] = b"done"
    os._exit(0)
time.sleep(0.3)
with lock:
    print(block[:])
os.waitpid(pid, 0)
