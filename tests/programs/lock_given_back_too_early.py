# title: The lock is given back before the block is touched
# misconception: M32
# verdicts: race 18 21
# prints: varies
# outcome: parent prints 1
# outcome: parent prints 2
# complete: yes

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 1)
lock = multiprocessing.get_context("fork").Lock()
if os.fork() == 0:
    lock.acquire()
    lock.release()
    block[0] += 1
    os._exit(0)
with lock:
    block[0] += 1
os.wait()
print(block[0])
