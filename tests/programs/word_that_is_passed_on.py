# title: A word that one child passes on to the other
# misconception: M11
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 3)
first_r, first_w = os.pipe()
second_r, second_w = os.pipe()
if os.fork() == 0:
    os.read(first_r, 1)
    os.write(second_w, b"x")
    os._exit(0)
if os.fork() == 0:
    os.read(second_r, 1)
    print(block[:])
    os._exit(0)
block[:] = b"abc"
os.write(first_w, b"x")
os.wait()
os.wait()
