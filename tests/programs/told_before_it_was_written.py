# title: The word goes out before the write
# misconception: M11
# verdicts: race 17 20
# prints: varies
# outcome: parent prints b'.....'
# outcome: parent prints b'hello'
# complete: yes

import mmap
import os

block = mmap.mmap(-1, 5)
block[:] = b"....."
r, w = os.pipe()
if os.fork() == 0:
    os.write(w, b"x")
    block[:] = b"hello"
    os._exit(0)
os.read(r, 1)
print(block[:])
os.wait()
