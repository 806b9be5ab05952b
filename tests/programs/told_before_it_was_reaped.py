# title: The parent tells the child, and then waits for it
# misconception: M23
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 5)
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.read(r, 1)
    print(block[:])
    os._exit(0)
block[:] = b"hello"
os.write(w, b"x")
os.waitpid(pid, 0)
