# title: The program that is to say so is started before the write
# misconception: M11
# verdicts: race 14 18
# prints: varies

import mmap
import os
import subprocess

block = mmap.mmap(-1, 10)
r, w = os.pipe()
if os.fork() == 0:
    echo = subprocess.Popen(["echo", "done"], stdout=w)
    block[0:5] = b"hello"
    echo.wait()
    os._exit(0)
os.read(r, 5)
print(block[0:5])
os.wait()
