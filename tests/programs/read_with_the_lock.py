# title: The writer locks, and so does the reader
# misconception: M32
# verdicts: none

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 2)
lock = multiprocessing.get_context("fork").Lock()
if os.fork() == 0:
    with lock:
        block[0:2] = b"ab"
    os._exit(0)
with lock:
    seen = block[0:2]
print(seen in (b"\0\0", b"ab"))
os.wait()
