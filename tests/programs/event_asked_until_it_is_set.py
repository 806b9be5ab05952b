# title: An event is asked again and again
# misconception: M11
# verdicts: none
# outcome: parent prints b'done'

import mmap
import multiprocessing
import os
import time

block = mmap.mmap(-1, 4)
written = multiprocessing.get_context("fork").Event()
if os.fork() == 0:
    block[:] = b"done"
    written.set()
    os._exit(0)
while not written.is_set():
    time.sleep(0.01)
print(block[:])
os.wait()
