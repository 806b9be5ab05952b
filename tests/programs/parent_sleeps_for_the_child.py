# title: The parent sleeps and hopes that the child is done
# misconception: M11
# verdicts: sleep 13 16 15
# prints: varies

import mmap
import os
import time

block = mmap.mmap(-1, 20)
pid = os.fork()
if pid == 0:
    block.write(b"done")
    os._exit(0)
time.sleep(0.1)
print(block.find(b"done"))
os.waitpid(pid, 0)
