# title: One function sets the private block, before the fork and after it
# misconception: M07
# verdicts: private 8 12 21

import mmap
import os

block = mmap.mmap(-1, 10, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def put(byte):
    block[0] = byte


put(1)
pid = os.fork()
if pid == 0:
    put(7)
    os._exit(0)
os.waitpid(pid, 0)
print(block[0])
