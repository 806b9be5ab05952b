# title: Two processes add 1, and no lock
# misconception: M12
# verdicts: race 15 17
# prints: varies
# outcome: parent prints 1
# outcome: parent prints 2
# complete: yes

import mmap
import os

block = mmap.mmap(-1, 1)
pid = os.fork()
if pid == 0:
    block[0] += 1
    os._exit(0)
block[0] += 1
os.waitpid(pid, 0)
print(block[0])
