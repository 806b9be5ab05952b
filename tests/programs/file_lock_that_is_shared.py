# title: A lock on a file that all who want it can share
# misconception: M32
# verdicts: race 16
# prints: varies

import fcntl
import mmap
import os
import tempfile

block = mmap.mmap(-1, 1)
name = tempfile.mkstemp()[1]
pid = os.fork()
with open(name) as file:
    fcntl.flock(file, fcntl.LOCK_SH)
    block[0] += 1
if pid == 0:
    os._exit(0)
os.wait()
os.unlink(name)
print(block[0])
