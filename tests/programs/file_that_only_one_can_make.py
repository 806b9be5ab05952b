# title: A lock that is a file, which only one process can make
# misconception: M32
# verdicts: none

import mmap
import os
import tempfile
import time

block = mmap.mmap(-1, 1)
folder = tempfile.mkdtemp()
lock = os.path.join(folder, "lock")
pid = os.fork()
for _ in range(3):
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            time.sleep(0.001)
    block[0] += 1
    os.unlink(lock)
if pid == 0:
    os._exit(0)
os.wait()
os.rmdir(folder)
print(block[0])
