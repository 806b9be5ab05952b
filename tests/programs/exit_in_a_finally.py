# title: The child leaves by os._exit whatever happens
# misconception: M22
# verdicts: none

import mmap
import os

block = mmap.mmap(-1, 4)
if os.fork() == 0:
    code = 1
    try:
        block[:] = bytes(range(4))
        code = 0
    finally:
        os._exit(code)
_, status = os.wait()
print(os.waitstatus_to_exitcode(status), block[3])
