# title: The parent waits for a child that waits for the parent
# misconception: M23
# verdicts: deadlock 15 18
# timeout: 1
# outcome: deadlock
# complete: yes

import mmap
import os

block = mmap.mmap(-1, 5)
r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.read(r, 1)
    print(block[:])
    os._exit(0)
os.waitpid(pid, 0)
block[:] = b"hello"
os.write(w, b"x")
