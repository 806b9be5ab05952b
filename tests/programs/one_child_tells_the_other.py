# title: One child tells the other that it has written
# misconception: M11
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 16)
r, w = os.pipe()
if os.fork() == 0:
    block[4:8] = b"word"
    os.write(w, b"x")
    os._exit(0)
if os.fork() == 0:
    os.read(r, 1)
    block.seek(4)
    print(block.read(4))
    os._exit(0)
os.wait()
os.wait()
