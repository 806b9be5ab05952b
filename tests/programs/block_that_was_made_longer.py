# title: A shared block, made longer with resize
# misconception: M31
# verdicts: signal
# needs: resize

import mmap
import os

block = mmap.mmap(-1, 4096)
if os.fork() == 0:
    block.resize(8192)
    block[5000] = 1
    os._exit(0)
_, status = os.wait()
print(os.waitstatus_to_exitcode(status))
