# title: A word is heard from each of two children
# misconception: M11
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 2)
r, w = os.pipe()
for number in range(2):
    if os.fork() == 0:
        block[number] = 1
        os.write(w, b"x")
        os._exit(0)
os.read(r, 1)
os.read(r, 1)
print(block[0:2])
os.wait()
os.wait()
