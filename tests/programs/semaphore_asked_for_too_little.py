# title: Two children write, and one of them is enough
# misconception: M32
# verdicts: race 17 22
# prints: varies
# needs: linux

import mmap
import multiprocessing
import os
import time

block = mmap.mmap(-1, 2)
written = multiprocessing.get_context("fork").Semaphore(0)
for place in range(2):
    if os.fork() == 0:
        time.sleep(place / 2)
        block[place] = 7
        written.release()
        os._exit(0)
while written.get_value() < 1:
    pass
print(block[:])
os.wait()
os.wait()
