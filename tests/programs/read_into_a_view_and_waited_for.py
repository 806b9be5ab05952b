# title: A file is read into the block, and the parent waits
# misconception: M10
# verdicts: none

import io
import mmap
import os

block = mmap.mmap(-1, 8)
half = memoryview(block)[4:]
file = io.BytesIO(b"word")
if os.fork() == 0:
    file.readinto(half)
    os._exit(0)
os.wait()
print(bytes(half))
