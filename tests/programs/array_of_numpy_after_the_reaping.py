# title: A numpy array in the block
# misconception: M15
# verdicts: none
# needs: numpy

import mmap
import os

import numpy as np

block = mmap.mmap(-1, 80)
numbers = np.frombuffer(block, dtype="int64")
if os.fork() == 0:
    numbers[:] = np.arange(10)
    os._exit(0)
os.wait()
print(numbers.sum())
