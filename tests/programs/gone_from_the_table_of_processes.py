# title: One child asks whether the other is still there
# misconception: M23
# verdicts: none

import mmap
import os
import time

block = mmap.mmap(-1, 5)
writer = os.fork()
if writer == 0:
    block[:] = b"hello"
    os._exit(0)
if os.fork() == 0:
    try:
        while True:
            os.kill(writer, 0)
            time.sleep(0.001)
    except ProcessLookupError:
        print(block[:])
    os._exit(0)
os.waitpid(writer, 0)
os.wait()
