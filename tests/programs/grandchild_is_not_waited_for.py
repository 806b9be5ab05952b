# title: The child leaves before the grandchild has written
# misconception: M23
# verdicts: race 14 18
# prints: varies

import mmap
import os

block = mmap.mmap(-1, 20)
child = os.fork()
if child == 0:
    grandchild = os.fork()
    if grandchild == 0:
        block[0:2] = b"hi"
        os._exit(0)
    os._exit(0)
os.waitpid(child, 0)
print(block[0:2])
