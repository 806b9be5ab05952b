# title: Several buffers are written and read at once
# misconception: M11
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 10)
r, w = os.pipe()
if os.fork() == 0:
    block[0:5] = b"hello"
    os.writev(w, [b"do", b"ne"])
    os._exit(0)
word = [bytearray(2), bytearray(2)]
os.readv(r, word)
print(block[0:5], b"".join(word))
os.wait()
