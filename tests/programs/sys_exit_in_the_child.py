# title: The child leaves by sys.exit, and nothing of its parent's is left to do
# misconception: M22
# verdicts: none

import mmap
import os
import sys

block = mmap.mmap(-1, 1)
pid = os.fork()
if pid == 0:
    block[0] = 1
    sys.exit(0)
os.waitpid(pid, 0)
print(block[0])
