# title: A numpy array of which each process has every second item
# misconception: M15
# verdicts: none
# needs: numpy

import mmap
import os

import numpy as np

numbers = np.frombuffer(mmap.mmap(-1, 80), dtype="int64")
for first in (0, 1):
    if os.fork() == 0:
        numbers[first::2] = first
        numbers[first::2] += 1
        os._exit(0)
os.wait()
os.wait()
print(numbers.tolist())
