# title: A lock on a file, with lockf, given back each time
# misconception: M32
# verdicts: none

import fcntl
import mmap
import os
import tempfile

block = mmap.mmap(-1, 4)
file, name = tempfile.mkstemp()
pid = os.fork()
for _ in range(5):
    fcntl.lockf(file, fcntl.LOCK_EX)
    for place in range(4):
        block[place] += 1
    fcntl.lockf(file, fcntl.LOCK_UN)
if pid == 0:
    os._exit(0)
os.wait()
os.unlink(name)
print(block[:])
