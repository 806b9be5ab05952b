# title: A lock on a file, given back before the write
# misconception: M32
# verdicts: race 17
# prints: varies

import fcntl
import mmap
import os
import tempfile

block = mmap.mmap(-1, 1)
name = tempfile.mkstemp()[1]
pid = os.fork()
with open(name) as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    fcntl.flock(file, fcntl.LOCK_UN)
    block[0] += 1
if pid == 0:
    os._exit(0)
os.wait()
os.unlink(name)
print(block[0])
