# title: The meeting at a pipe with a name comes before the write
# misconception: M11
# verdicts: race 15 18
# prints: varies

import mmap
import os
import tempfile

block = mmap.mmap(-1, 10)
path = os.path.join(tempfile.mkdtemp(), "word")
os.mkfifo(path)
if os.fork() == 0:
    word = os.open(path, os.O_WRONLY)
    block[0:5] = b"hello"
    os._exit(0)
word = os.open(path, os.O_RDONLY)
print(block[0:5])
os.wait()
os.remove(path)
