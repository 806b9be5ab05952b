# title: A lock that guards the screen, and not the block
# misconception: M32
# verdicts: race 13 19
# prints: varies

import mmap
import multiprocessing
import os

block = mmap.mmap(-1, 10)
screen = multiprocessing.get_context("fork").Lock()
if os.fork() == 0:
    block[0:5] = b"hello"
    with screen:
        print("the child has written")
    os._exit(0)
with screen:
    print("the parent will read")
print(block[0:5])
os.wait()
