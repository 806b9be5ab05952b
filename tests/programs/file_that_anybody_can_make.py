# title: A lock that is a file, which anybody can make
# misconception: M32
# verdicts: race 15
# prints: varies

import mmap
import os
import tempfile

block = mmap.mmap(-1, 1)
folder = tempfile.mkdtemp()
lock = os.path.join(folder, "lock")
pid = os.fork()
os.close(os.open(lock, os.O_CREAT))
block[0] += 1
if pid == 0:
    os._exit(0)
os.wait()
os.unlink(lock)
os.rmdir(folder)
print(block[0])
