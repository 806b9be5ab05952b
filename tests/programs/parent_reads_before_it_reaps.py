# title: Read first, reaped afterwards
# misconception: M23
# verdicts: race 13 15
# prints: varies

import mmap
import os

block = mmap.mmap(-1, 100)
pid = os.fork()
if pid == 0:
    for letter in b"hello":
        block.write_byte(letter)
    os._exit(0)
print(block.readline().count(0))
os.waitpid(pid, 0)
