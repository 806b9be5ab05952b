# title: Written before the fork, and then only read
# misconception: M12
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 5)
block[:] = b"hello"
for _ in range(3):
    if os.fork() == 0:
        print(block.find(b"l"), block[0])
        os._exit(0)
print(block[:])
for _ in range(3):
    os.wait()
