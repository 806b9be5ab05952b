# title: The parent waits until there is something to read, and does not read it
# misconception: M11
# verdicts: none

import mmap
import os
import select

block = mmap.mmap(-1, 10)
r, w = os.pipe()
if os.fork() == 0:
    block[0:5] = b"hello"
    os.write(w, b"x")
    os._exit(0)
select.select([r], [], [])
print(block[0:5])
os.wait()
