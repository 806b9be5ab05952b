# title: Another program is started to say that the block is written
# misconception: M11
# verdicts: none

import mmap
import os
import subprocess

block = mmap.mmap(-1, 10)
r, w = os.pipe()
if os.fork() == 0:
    block[0:5] = b"hello"
    subprocess.run(["echo", "done"], stdout=w)
    os._exit(0)
os.read(r, 5)
print(block[0:5])
os.wait()
