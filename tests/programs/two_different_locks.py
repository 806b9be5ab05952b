# title: Each process has the other lock
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
fork = multiprocessing.get_context("fork")
mine, yours = fork.Lock(), fork.Lock()
if os.fork() == 0:
    with yours:
        block[0] += 1
    os._exit(0)
with mine:
    block[0] += 1
os.wait()
print(block[0])
