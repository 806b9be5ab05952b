# title: A slice of the wrong length is refused, and nothing written
# misconception: M30
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 10)
if os.fork() == 0:
    try:
        block[0:3] = b"too long"
    except IndexError:
        os._exit(1)
    os._exit(0)
_, status = os.wait()
print(os.waitstatus_to_exitcode(status), block[0:3])
