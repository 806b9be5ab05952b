# title: A sleep in place of a word
# misconception: M11
# verdicts: sleep 19 17 16
# prints: varies
# outcome: child 1 prints zeros
# outcome: child 1 prints a
# complete: yes

import mmap
import os
import time

block = mmap.mmap(-1, 100)
pid = os.fork()
if pid == 0:
    time.sleep(0.1)
    print("zeros" if block[0] == 0 else "a")
    os._exit(0)
block[:] = b"a" * 100
os.waitpid(pid, 0)
