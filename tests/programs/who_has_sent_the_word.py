# title: Each word in a common pipe says whose it is
# misconception: M11
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 10)
r, w = os.pipe()
for number in range(3):
    if os.fork() == 0:
        block[number] = 1
        os.write(w, bytes([number]))
        os._exit(0)
total = 0
for _ in range(3):
    total += block[os.read(r, 1)[0]]
for _ in range(3):
    os.wait()
print(total)
