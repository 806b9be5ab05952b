# title: A private block that one process alone uses
# misconception: M07
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 10, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
pid = os.fork()
if pid == 0:
    block[0:5] = b"hello"
    print(block.read(5))
    os._exit(0)
os.waitpid(pid, 0)
