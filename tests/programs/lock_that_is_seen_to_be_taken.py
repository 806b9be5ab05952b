# title: Whoever finds the lock taken knows that the word is there
# misconception: M32
# verdicts: none

import mmap
import multiprocessing
import os
import time

block = mmap.mmap(-1, 5)
lock = multiprocessing.get_context("fork").Lock()
read = multiprocessing.get_context("fork").Event()
if os.fork() == 0:
    block[:] = b"hello"
    lock.acquire()
    read.wait()
    lock.release()
    os._exit(0)
while lock.acquire(block=False):
    lock.release()
    time.sleep(0.001)
print(block[:])
read.set()
os.wait()
