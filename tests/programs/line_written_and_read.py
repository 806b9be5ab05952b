# title: A whole line, written by the child and read by the parent
# misconception: M14
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 100)
pid = os.fork()
if pid == 0:
    for letter in b"hello\n":
        block.write_byte(letter)
    os._exit(0)
os.waitpid(pid, 0)
print(block.tell(), block.readline())
