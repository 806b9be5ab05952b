# title: The parent asks again and again, with the lock
# misconception: M32
# verdicts: none
# outcome: parent prints b'hello'

import mmap
import multiprocessing
import os
import time

block = mmap.mmap(-1, 10)
lock = multiprocessing.get_context("fork").Lock()
if os.fork() == 0:
    block[1:6] = b"hello"
    with lock:
        block[0] = 1
    os._exit(0)
ready = 0
while not ready:
    time.sleep(0.01)
    with lock:
        ready = block[0]
print(block[1:6])
os.wait()
