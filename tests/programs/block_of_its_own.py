# title: Each process has a block to scribble in
# misconception: M08
# verdicts: none

import mmap
import os

pid = os.fork()
block = mmap.mmap(-1, 16)
block[0] = 1 if pid else 2
print(block[0])
if pid == 0:
    os._exit(0)
os.waitpid(pid, 0)
