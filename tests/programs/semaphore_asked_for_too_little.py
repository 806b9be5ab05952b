# title: Two children write, and one of them is enough
# misconception: M32
# verdicts: race 18 24
# prints: varies
# needs: linux

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 2)
written = multiprocessing.get_context("fork").Semaphore(0)
read_end, write_end = os.pipe()
for place in range(2):
    if os.fork() == 0:
        if place == 1:
            os.read(read_end, 1)
        block[place] = 7
        written.release()
        os._exit(0)
while written.get_value() < 1:
    pass
os.write(write_end, b".")
print(block[:])
os.wait()
os.wait()
