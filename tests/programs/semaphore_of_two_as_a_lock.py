# title: A semaphore that begins at 2 lets both in
# misconception: M32
# verdicts: race 17
# prints: varies
# outcome: parent prints 1
# outcome: parent prints 2
# complete: yes

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 1)
two_at_a_time = multiprocessing.get_context("fork").Semaphore(2)
pid = os.fork()
with two_at_a_time:
    block[0] += 1
if pid == 0:
    os._exit(0)
os.wait()
print(block[0])
