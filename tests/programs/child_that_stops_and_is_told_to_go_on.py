# title: The child stops itself, and goes on when the parent has answered
# misconception: M11
# verdicts: none

import mmap
import os
import signal

block = mmap.mmap(-1, 2)
pid = os.fork()
if pid == 0:
    block[0] = 7
    os.kill(os.getpid(), signal.SIGSTOP)
    block[1] += 1
    os._exit(0)
os.waitpid(pid, os.WUNTRACED)
block[1] = block[0]
os.kill(pid, signal.SIGCONT)
os.waitpid(pid, 0)
print(block[1])
