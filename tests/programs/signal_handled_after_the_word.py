# title: A signal that is sent once the word is written
# misconception: M11
# verdicts: none

import mmap
import os
import signal
import time

told = []
signal.signal(signal.SIGUSR1, lambda number, frame: told.append(number))
block = mmap.mmap(-1, 5)
if os.fork() == 0:
    block[:] = b"hello"
    os.kill(os.getppid(), signal.SIGUSR1)
    os._exit(0)
while not told:
    time.sleep(0.001)
print(block[:])
os.wait()
