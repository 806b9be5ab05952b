# title: Another program, by subprocess
# misconception: M23
# verdicts: none

import mmap
import os
import subprocess

block = mmap.mmap(-1, 1)
if os.fork() == 0:
    block[0] = subprocess.run(["true"]).returncode + 1
    os._exit(0)
os.wait()
print(block[0])
