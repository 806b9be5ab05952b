# title: A file that is mapped as a copy
# misconception: M05
# verdicts: private 13 15 18
# outcome: parent prints 7

import mmap
import os
import tempfile

with tempfile.TemporaryFile() as file:
    file.write(bytes([7]))
    file.flush()
    block = mmap.mmap(file.fileno(), 1, access=mmap.ACCESS_COPY)
if os.fork() == 0:
    block[0] = 8
    os._exit(0)
os.wait()
print(block[0])
