# title: Two writers of one byte
# misconception: M12
# verdicts: race 11 13
# prints: varies

import mmap
import os

block = mmap.mmap(-1, 10)
if os.fork() == 0:
    block.move(0, 5, 5)
    os._exit(0)
block[4] = 1
os.wait()
print(block[4])
