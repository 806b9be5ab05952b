# title: A semaphore that begins at 0
# misconception: M11
# verdicts: none
# outcome: child 1 prints b'a'
# complete: yes

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 1)
written = multiprocessing.get_context("fork").Semaphore(0)
if os.fork() == 0:
    written.acquire()
    print(block[:])
    os._exit(0)
block[:] = b"a"
written.release()
os.wait()
