# title: A packed number, and nobody waits
# misconception: M15
# verdicts: race 12 14
# prints: varies

import mmap
import os
import struct

block = mmap.mmap(-1, 8)
if os.fork() == 0:
    block[0:8] = struct.pack("ii", 3, 4)
    os._exit(0)
print(struct.unpack("ii", block[0:8]))
os.wait()
