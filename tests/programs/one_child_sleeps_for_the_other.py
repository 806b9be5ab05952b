# title: One child sleeps until the other has surely written
# misconception: M11
# verdicts: sleep 12 17 15
# prints: varies

import mmap
import os
import time

block = mmap.mmap(-1, 16)
if os.fork() == 0:
    block[4:8] = b"word"
    os._exit(0)
if os.fork() == 0:
    time.sleep(0.1)
    block.seek(4)
    print(block.read(4))
    os._exit(0)
os.wait()
os.wait()
