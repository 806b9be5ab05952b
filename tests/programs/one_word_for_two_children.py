# title: One word is heard, two children were sent
# misconception: M11
# verdicts: race 17 21
# prints: varies
# outcome: parent prints b'\x01\x00'
# outcome: parent prints b'\x00\x01'
# outcome: parent prints b'\x01\x01'
# complete: yes

import mmap
import os

block = mmap.mmap(-1, 2)
r, w = os.pipe()
for number in range(2):
    if os.fork() == 0:
        block[number] = 1
        os.write(w, b"x")
        os._exit(0)
os.read(r, 1)
print(block[0:2])
os.wait()
os.wait()
