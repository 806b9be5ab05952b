# title: A child that is known to have ended, and is not reaped yet
# misconception: M23
# verdicts: none
# needs: linux

import mmap
import os

block = mmap.mmap(-1, 5)
pid = os.fork()
if pid == 0:
    block[:] = b"hello"
    os._exit(0)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
print(block[:])
os.waitpid(pid, 0)
