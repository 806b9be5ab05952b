# title: An eventfd that begins at one lets its reader go on at once
# misconception: M11
# verdicts: race 14 19
# needs: linux
# prints: varies

import mmap
import os

block = mmap.mmap(-1, 10)
done, read = os.eventfd(1), os.pipe()
if os.fork() == 0:
    os.read(read[0], 1)
    block[0:5] = b"hello"
    os.eventfd_write(done, 1)
    os._exit(0)
os.eventfd_read(done)
os.write(read[1], b"x")
print(block[0:5])
os.wait()
