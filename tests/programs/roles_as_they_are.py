# title: The child is the one that got 0
# misconception: M01
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 5)
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.read(r, 1)
    print("I am the child:", block[:])
    os._exit(0)
print("I am the parent")
block[:] = b"hello"
os.write(w, b"x")
os.waitpid(pid, 0)
