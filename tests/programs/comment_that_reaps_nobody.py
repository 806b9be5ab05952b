# title: SIGCHLD is only spoken of
# misconception: M23
# verdicts: not reaped 11

import mmap
import os

block = mmap.mmap(-1, 1)
r, w = os.pipe()
# what SIGCHLD does by itself is nothing
if os.fork() == 0:
    block[0] = 1
    os.write(w, b"x")
    os._exit(0)
os.read(r, 1)
print(block[0])
