# title: A sleep that does no harm beside a word
# misconception: M11
# verdicts: none

import mmap
import os
import time

block = mmap.mmap(-1, 1)
r, w = os.pipe()
if os.fork() == 0:
    os.read(r, 1)
    print(block[0])
    os._exit(0)
block[0] = 9
time.sleep(0.1)
os.write(w, b"x")
os.wait()
