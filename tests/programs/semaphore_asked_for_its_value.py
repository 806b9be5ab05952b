# title: A semaphore that is raised by each of two children, and asked for its value
# misconception: M32
# verdicts: none
# needs: linux

import mmap
import multiprocessing
import os
import time

block = mmap.mmap(-1, 2)
written = multiprocessing.get_context("fork").Semaphore(0)
for place in range(2):
    if os.fork() == 0:
        block[place] = 7
        written.release()
        os._exit(0)
while written.get_value() < 2:
    time.sleep(0.001)
print(block[:])
os.wait()
os.wait()
