# title: Two halves that share a byte
# misconception: M12
# verdicts: race 12 14
# prints: varies

import mmap
import os

block = mmap.mmap(-1, 100)
pid = os.fork()
if pid == 0:
    block[49:] = b"b" * 51
    os._exit(0)
block[:50] = b"a" * 50
os.waitpid(pid, 0)
print(block[:].count(b"a"))
