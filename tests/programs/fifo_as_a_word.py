# title: Two processes meet at a pipe that has a name
# misconception: M11
# verdicts: none

import mmap
import os
import tempfile

block = mmap.mmap(-1, 10)
path = os.path.join(tempfile.mkdtemp(), "word")
os.mkfifo(path)
if os.fork() == 0:
    block[0:5] = b"hello"
    with open(path, "w") as word:
        word.write("done")
    os._exit(0)
with open(path) as word:
    print(word.read(), block[0:5])
os.wait()
os.remove(path)
