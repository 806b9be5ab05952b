# title: The child leaves without the word
# misconception: M11
# verdicts: waits for ever 17
# timeout: 1
# outcome: deadlock
# complete: yes

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 1)
written = multiprocessing.get_context("fork").Semaphore(0)
if os.fork() == 0:
    block[0] = 1
    os._exit(0)
written.acquire()
print(block[0])
os.wait()
