# title: The block is made before the fork
# misconception: M08
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 100)
pid = os.fork()
if pid == 0:
    block[0:5] = b"hello"
    os._exit(0)
os.waitpid(pid, 0)
print(block[0:5])
