# title: Lines written and read as text
# misconception: M28
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 10)
r, w = os.pipe()
if os.fork() == 0:
    os.close(r)
    block[3] = 33
    with os.fdopen(w, "w") as pipe:
        pipe.write("three\n")
    os._exit(0)
os.close(w)
with os.fdopen(r) as pipe:
    for line in pipe:
        print(line.strip(), block[3])
os.wait()
