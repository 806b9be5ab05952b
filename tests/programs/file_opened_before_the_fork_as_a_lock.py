# title: A lock with flock on a file that was opened before the fork
# misconception: M32
# verdicts: race 15
# prints: varies

import fcntl
import mmap
import os
import tempfile

block = mmap.mmap(-1, 1)
with tempfile.TemporaryFile() as file:
    pid = os.fork()
    fcntl.flock(file, fcntl.LOCK_EX)
    block[0] += 1
    fcntl.flock(file, fcntl.LOCK_UN)
    if pid == 0:
        os._exit(0)
os.wait()
print(block[0])
