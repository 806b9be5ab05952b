# title: Each process has a half of the block
# misconception: M12
# verdicts: none
# outcome: parent prints 100
# complete: yes

import mmap
import os

block = mmap.mmap(-1, 100)
pid = os.fork()
if pid == 0:
    block[50:] = b"b" * 50
    os._exit(0)
block[:50] = b"a" * 50
os.waitpid(pid, 0)
print(100 - block[:].count(0))
