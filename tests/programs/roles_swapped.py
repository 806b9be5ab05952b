# title: A child that believes that it is the parent
# misconception: M01
# verdicts: race 14 16
# verdicts: not reaped 11
# prints: varies

import mmap
import os

block = mmap.mmap(-1, 5)
pid = os.fork()
if pid == 0:
    print("I am the parent: fork gave me 0")
    block[:] = b"hello"
else:
    print("I am the child:", block[:])
    os._exit(0)
