# title: The second child reads what the first one has left
# misconception: M23
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 4)
if os.fork() == 0:
    block[:] = b"left"
    os._exit(0)
os.wait()
if os.fork() == 0:
    print(bytes(block))
    os._exit(0)
os.wait()
