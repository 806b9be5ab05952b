# title: The block is made after the fork, by both
# misconception: M08
# verdicts: made after 9 8 11 14

import mmap
import os

pid = os.fork()
block = mmap.mmap(-1, 100)
if pid == 0:
    block[0:5] = b"hello"
    os._exit(0)
os.waitpid(pid, 0)
print(block[0:5])
