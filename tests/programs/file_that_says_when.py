# title: A file that is there once the word is written
# misconception: M11
# verdicts: none

import mmap
import os
import tempfile
import time

block = mmap.mmap(-1, 5)
folder = tempfile.mkdtemp()
flag = os.path.join(folder, "written")
if os.fork() == 0:
    block[:] = b"hello"
    open(flag, "w").close()
    os._exit(0)
while not os.path.exists(flag):
    time.sleep(0.001)
print(block[:])
os.wait()
os.unlink(flag)
os.rmdir(folder)
