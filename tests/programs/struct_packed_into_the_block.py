# title: A number is packed in one process, unpacked in the other
# misconception: M15
# verdicts: none

import mmap
import os
import struct

block = mmap.mmap(-1, 8)
if os.fork() == 0:
    struct.pack_into("ii", block, 0, 3, 4)
    os._exit(0)
os.wait()
print(struct.unpack_from("ii", block))
