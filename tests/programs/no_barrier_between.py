# title: Both write, both read, and nothing in between
# misconception: M11
# verdicts: race 12 16
# verdicts: race 15 13
# prints: varies

import mmap
import os

block = mmap.mmap(-1, 2)
if os.fork() == 0:
    block[0] = 1
    print("child", block[1])
    os._exit(0)
block[1] = 2
print("parent", block[0])
os.wait()
