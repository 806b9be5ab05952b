# title: A word in place of a sleep
# misconception: M11
# verdicts: none
# outcome: child 1 prints a
# complete: yes

import mmap
import os

block = mmap.mmap(-1, 100)
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.read(r, 1)
    print("zeros" if block[0] == 0 else "a")
    os._exit(0)
block[:] = b"a" * 100
os.write(w, b"x")
os.waitpid(pid, 0)
