# title: A signal that is sent too early
# misconception: M11
# verdicts: race 15 19
# prints: varies

import mmap
import os
import signal

told = []
signal.signal(signal.SIGUSR1, lambda number, frame: told.append(number))
block = mmap.mmap(-1, 5)
if os.fork() == 0:
    os.kill(os.getppid(), signal.SIGUSR1)
    block[:] = b"hello"
    os._exit(0)
while not told:
    pass
print(block[:])
os.wait()
