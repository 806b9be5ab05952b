# title: Two processes add 1, each with the lock
# misconception: M12
# verdicts: none
# outcome: parent prints 2
# complete: yes

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 1)
lock = multiprocessing.get_context("fork").Lock()
pid = os.fork()
if pid == 0:
    with lock:
        block[0] += 1
    os._exit(0)
with lock:
    block[0] += 1
os.waitpid(pid, 0)
print(block[0])
