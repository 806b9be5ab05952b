# title: Two words are waited for, one is said
# misconception: M11
# verdicts: waits for ever 16
# timeout: 1

import mmap
import os

block = mmap.mmap(-1, 2)
r, w = os.pipe()
if os.fork() == 0:
    block[:] = b"ok"
    os.write(w, b"x")
    os._exit(0)
for _ in range(2):
    os.read(r, 1)
print(block[:])
os.wait()
