# title: A Value tells that the block is written
# misconception: M32
# verdicts: none
# outcome: parent prints b'hello'

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 5)
ready = multiprocessing.get_context("fork").Value("b", 0)
if os.fork() == 0:
    block[:] = b"hello"
    ready.value = 1
    os._exit(0)
while not ready.value:
    os.sched_yield()
print(block[:])
os.wait()
