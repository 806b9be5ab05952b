# title: An eventfd says that the block is written
# misconception: M11
# verdicts: none
# needs: linux

import mmap
import os

block = mmap.mmap(-1, 10)
done = os.eventfd(0)
if os.fork() == 0:
    block[0:5] = b"hello"
    os.eventfd_write(done, 1)
    os._exit(0)
os.eventfd_read(done)
print(block[0:5])
os.wait()
