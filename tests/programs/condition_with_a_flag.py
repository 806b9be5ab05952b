# title: A condition, and a flag that it guards
# misconception: M32
# verdicts: none

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 6)
changed = multiprocessing.get_context("fork").Condition()
if os.fork() == 0:
    with changed:
        block[0:6] = b"\1hello"
        changed.notify()
    os._exit(0)
with changed:
    while block[0] == 0:
        changed.wait()
    print(block[1:6])
os.wait()
