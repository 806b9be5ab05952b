# title: A long slice is not written at once
# misconception: M13
# verdicts: race 13 15
# prints: varies

import mmap
import os

size = 1 << 20
block = mmap.mmap(-1, size)
if os.fork() == 0:
    for byte in b"abc":
        block[:] = bytes([byte]) * size
    os._exit(0)
snapshot = bytes(block)
print(snapshot.count(b"a"))
os.wait()
