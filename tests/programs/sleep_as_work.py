# title: A sleep that stands for work, and a parent that waits
# misconception: M11
# verdicts: none

import mmap
import os
import time

block = mmap.mmap(-1, 1)
if os.fork() == 0:
    time.sleep(0.1)
    block[0] = 9
    os._exit(0)
time.sleep(0.02)
os.wait()
print(block[0])
