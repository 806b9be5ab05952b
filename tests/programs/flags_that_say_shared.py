# title: A block mapped with MAP_SHARED
# misconception: M07
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 10, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
pid = os.fork()
if pid == 0:
    block[0:5] = b"hello"
    os._exit(0)
os.waitpid(pid, 0)
print(block[0:5])
