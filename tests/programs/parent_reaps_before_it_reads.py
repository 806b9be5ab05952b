# title: A reaped child has written all that it will
# misconception: M11
# verdicts: none
# outcome: parent prints 0
# complete: yes

import mmap
import os

block = mmap.mmap(-1, 20)
pid = os.fork()
if pid == 0:
    block.write(b"done")
    os._exit(0)
os.waitpid(pid, 0)
print(block.find(b"done"))
