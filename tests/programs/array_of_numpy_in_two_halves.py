# title: A numpy array, filled by two processes
# misconception: M15
# verdicts: none
# needs: numpy

import mmap
import os

import numpy as np

block = mmap.mmap(-1, 80)
numbers = np.ndarray(10, dtype="int64", buffer=block)
if os.fork() == 0:
    numbers[5:] = 2
    os._exit(0)
numbers[:5] = 1
os.wait()
print(numbers.sum())
