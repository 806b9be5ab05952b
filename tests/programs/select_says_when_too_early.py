# title: The word that is waited for is sent before the block is written
# misconception: M11
# verdicts: race 14 17
# prints: varies

import mmap
import os
import select

block = mmap.mmap(-1, 10)
r, w = os.pipe()
if os.fork() == 0:
    os.write(w, b"x")
    block[0:5] = b"hello"
    os._exit(0)
select.select([r], [], [])
print(block[0:5])
os.wait()
