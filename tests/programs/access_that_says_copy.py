# title: A block mapped with ACCESS_COPY
# misconception: M07
# verdicts: private 8 15 12

import mmap
import os

block = mmap.mmap(-1, 10, access=mmap.ACCESS_COPY)
r, w = os.pipe()
if os.fork() == 0:
    os.read(r, 1)
    print(block.find(b"hello"))
    os._exit(0)
block.seek(2)
block.write(b"hello")
os.write(w, b"x")
os.wait()
