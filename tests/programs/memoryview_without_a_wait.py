# title: A view of the block is the block
# misconception: M15
# verdicts: race 12 14
# prints: varies

import mmap
import os

block = mmap.mmap(-1, 4)
numbers = memoryview(block).cast("i")
if os.fork() == 0:
    numbers[0] = 7
    os._exit(0)
print(block[0])
os.wait()
