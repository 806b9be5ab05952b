# title: Neither process waits for the other
# misconception: M11
# verdicts: race 17 15
# prints: varies
# outcome: child 1 prints 0
# outcome: child 1 prints 97
# complete: yes

import mmap
import os

block = mmap.mmap(-1, 100)
pid = os.fork()
if pid == 0:
    print(block[0])
    os._exit(0)
block[0] = ord("a")
os.waitpid(pid, 0)
