# title: A block mapped with MAP_PRIVATE
# misconception: M07
# verdicts: private 8 11 14

import mmap
import os

block = mmap.mmap(-1, 10, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
pid = os.fork()
if pid == 0:
    block[0:5] = b"hello"
    os._exit(0)
os.waitpid(pid, 0)
print(block[0:5])
