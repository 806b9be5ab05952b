# title: Two processes take turns, by two pipes
# misconception: M11
# verdicts: none
# outcome: parent prints 6
# complete: yes

import mmap
import os

block = mmap.mmap(-1, 1)
ping_r, ping_w = os.pipe()
pong_r, pong_w = os.pipe()
if os.fork() == 0:
    for _ in range(3):
        os.read(ping_r, 1)
        block[0] += 1
        os.write(pong_w, b"x")
    os._exit(0)
for _ in range(3):
    block[0] += 1
    os.write(ping_w, b"x")
    os.read(pong_r, 1)
print(block[0])
os.wait()
