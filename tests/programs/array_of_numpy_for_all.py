# title: A numpy array to which two processes add
# misconception: M15
# verdicts: race 15
# needs: numpy
# prints: varies

import mmap
import os

import numpy as np

numbers = np.frombuffer(mmap.mmap(-1, 80), dtype="int64")
for _ in range(2):
    if os.fork() == 0:
        numbers += 1
        os._exit(0)
os.wait()
os.wait()
print(numbers.sum())
