# title: A lock on a file that only one of two takes
# misconception: M32
# verdicts: race 16 18
# prints: varies

import fcntl
import mmap
import os
import tempfile

block = mmap.mmap(-1, 1)
name = tempfile.mkstemp()[1]
if os.fork() == 0:
    with open(name) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        block[0] += 1
    os._exit(0)
block[0] += 1
os.wait()
os.unlink(name)
print(block[0])
