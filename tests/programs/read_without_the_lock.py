# title: The writer locks, the reader does not
# misconception: M32
# verdicts: race 14 16
# prints: varies

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 2)
lock = multiprocessing.get_context("fork").Lock()
if os.fork() == 0:
    with lock:
        block[0:2] = b"ab"
    os._exit(0)
print(block[0:2])
os.wait()
