# title: A semaphore that begins at 1 lets the reader through at once
# misconception: M11
# verdicts: race 19 17
# prints: varies
# outcome: child 1 prints b'\x00'
# outcome: child 1 prints b'a'
# complete: yes

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 1)
written = multiprocessing.get_context("fork").Semaphore(1)
if os.fork() == 0:
    written.acquire()
    print(block[:])
    os._exit(0)
block[:] = b"a"
written.release()
os.wait()
