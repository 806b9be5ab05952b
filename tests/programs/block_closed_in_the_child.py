# title: The child closes its view of the block, and no other
# misconception: M24
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 5)
pid = os.fork()
if pid == 0:
    block.write(b"hello")
    block.close()
    os._exit(0)
os.waitpid(pid, 0)
print(block.read(5))
