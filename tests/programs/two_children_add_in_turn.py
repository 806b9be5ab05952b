# title: The second child is forked when the first is reaped
# misconception: M12
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 1)
for _ in range(2):
    if os.fork() == 0:
        for _ in range(100):
            block[0] += 1
        os._exit(0)
    os.wait()
print(block[0])
