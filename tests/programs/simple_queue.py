# title: A SimpleQueue brings the word
# misconception: M18
# verdicts: none

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 5)
queue = multiprocessing.get_context("fork").SimpleQueue()
if os.fork() == 0:
    block[:] = b"hello"
    queue.put(len(block))
    os._exit(0)
print(block[0 : queue.get()])
os.wait()
