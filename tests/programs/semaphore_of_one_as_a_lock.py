# title: A semaphore that begins at 1 is a lock
# misconception: M32
# verdicts: none
# outcome: parent prints 2
# complete: yes

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 1)
one_at_a_time = multiprocessing.get_context("fork").Semaphore(1)
pid = os.fork()
with one_at_a_time:
    block[0] += 1
if pid == 0:
    os._exit(0)
os.wait()
print(block[0])
