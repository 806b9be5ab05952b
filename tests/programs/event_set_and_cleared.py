# title: Two events, set and cleared in turn
# misconception: M11
# verdicts: none

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 1)
fork = multiprocessing.get_context("fork")
written, seen = fork.Event(), fork.Event()
if os.fork() == 0:
    for number in range(3):
        block[0] = number
        written.set()
        seen.wait()
        seen.clear()
    os._exit(0)
for _ in range(3):
    written.wait()
    written.clear()
    print(block[0])
    seen.set()
os.wait()
