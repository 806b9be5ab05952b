# title: A structure with one counter for both
# misconception: M15
# verdicts: race 20 22
# outcome: parent prints 1
# outcome: parent prints 2
# complete: yes
# prints: varies

import ctypes
import mmap
import os


class Counters(ctypes.Structure):
    _fields_ = (("ours", ctypes.c_int), ("other", ctypes.c_int))


counters = Counters.from_buffer(mmap.mmap(-1, ctypes.sizeof(Counters)))
if os.fork() == 0:
    counters.ours += 1
    os._exit(0)
counters.ours += 1
os.wait()
print(counters.ours)
