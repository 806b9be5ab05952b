# title: The child leaves by os._exit
# misconception: M22
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 1)
pid = os.fork()
if pid == 0:
    block[0] = 1
    os._exit(0)
os.waitpid(pid, 0)
print(block[0])
