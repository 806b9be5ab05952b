# title: The end of a pipe is a word as well
# misconception: M11
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 4)
r, w = os.pipe()
if os.fork() == 0:
    os.close(r)
    block[:] = b"done"
    os.close(w)
    os._exit(0)
os.close(w)
os.read(r, 1)
print(block[:])
os.wait()
