# title: What goes on behind a full pipe comes after its reader
# misconception: M11
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 10)
r, w = os.pipe()
if os.fork() == 0:
    block[0:5] = b"hello"
    os.read(r, 1 << 16)
    os.read(r, 1)
    os._exit(0)
os.write(w, bytes(1 << 16))
os.write(w, b"x")
print(block[0:5])
os.wait()
