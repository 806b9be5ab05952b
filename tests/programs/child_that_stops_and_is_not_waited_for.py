# title: The child stops itself, and the parent does not wait for that
# misconception: M11
# verdicts: race 13 16
# prints: varies

import mmap
import os
import signal

block = mmap.mmap(-1, 1)
pid = os.fork()
if pid == 0:
    block[0] = 7
    os.kill(os.getpid(), signal.SIGSTOP)
    os._exit(0)
print(block[0])
os.waitpid(pid, os.WUNTRACED)
os.kill(pid, signal.SIGCONT)
os.waitpid(pid, 0)
