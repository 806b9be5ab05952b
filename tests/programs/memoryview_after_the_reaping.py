# title: A number in the block, through a view
# misconception: M15
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 8)
numbers = memoryview(block).cast("i")
if os.fork() == 0:
    numbers[1] = 1000
    os._exit(0)
os.wait()
print(numbers[1], block[4:8])
