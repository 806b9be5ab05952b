# title: A lock, taken by one process and released by the other
# misconception: M32
# verdicts: none
# outcome: parent prints b'hello'
# complete: yes

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 5)
not_yet = multiprocessing.get_context("fork").Lock()
not_yet.acquire()
if os.fork() == 0:
    block[:] = b"hello"
    not_yet.release()
    os._exit(0)
not_yet.acquire()
print(block[:])
not_yet.release()
os.wait()
