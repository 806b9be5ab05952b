# title: Each branch makes its block
# misconception: M08
# verdicts: made after 10 14 8 11 16

import mmap
import os

pid = os.fork()
if pid == 0:
    block = mmap.mmap(-1, 8)
    block.write_byte(65)
    os._exit(0)
else:
    block = mmap.mmap(-1, 8)
    os.waitpid(pid, 0)
    print(block.read_byte())
