# title: Both sleep between the read and the write
# misconception: M12
# verdicts: race 14 16
# verdicts: race 16
# prints: varies

import mmap
import os
import time

block = mmap.mmap(-1, 1)
for _ in range(2):
    if os.fork() == 0:
        before = block[0]
        time.sleep(0.05)
        block[0] = before + 1
        os._exit(0)
os.wait()
os.wait()
print(block[0])
