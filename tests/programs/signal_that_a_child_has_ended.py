# title: A handler for SIGCHLD says that the child has ended
# misconception: M23
# verdicts: none

import mmap
import os
import signal
import time

ended = []
signal.signal(signal.SIGCHLD, lambda number, frame: ended.append(number))
block = mmap.mmap(-1, 5)
if os.fork() == 0:
    block[:] = b"hello"
    os._exit(0)
while not ended:
    time.sleep(0.001)
print(block[:])
os.wait()
