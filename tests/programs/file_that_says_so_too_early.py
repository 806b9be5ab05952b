# title: A file that is there before the word is written
# misconception: M11
# verdicts: race 15 19
# prints: varies

import mmap
import os
import tempfile

block = mmap.mmap(-1, 5)
folder = tempfile.mkdtemp()
flag = os.path.join(folder, "written")
if os.fork() == 0:
    open(flag, "w").close()
    block[:] = b"hello"
    os._exit(0)
while not os.path.exists(flag):
    pass
print(block[:])
os.wait()
os.unlink(flag)
os.rmdir(folder)
