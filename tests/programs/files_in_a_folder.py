# title: A folder, listed until something is in it
# misconception: M11
# verdicts: none

import glob
import mmap
import os
import tempfile
import time

block = mmap.mmap(-1, 5)
folder = tempfile.mkdtemp()
if os.fork() == 0:
    block[:] = b"hello"
    os.mkdir(os.path.join(folder, "written"))
    os._exit(0)
while not glob.glob(os.path.join(folder, "*")):
    time.sleep(0.001)
print(block[:])
os.wait()
os.rmdir(os.path.join(folder, "written"))
os.rmdir(folder)
