# title: A structure with a counter for each process
# misconception: M15
# verdicts: none
# outcome: parent prints 1 1
# complete: yes

import ctypes
import mmap
import os


class Counters(ctypes.Structure):
    _fields_ = (("mine", ctypes.c_int), ("yours", ctypes.c_int))


counters = Counters.from_buffer(mmap.mmap(-1, ctypes.sizeof(Counters)))
if os.fork() == 0:
    counters.yours += 1
    os._exit(0)
counters.mine += 1
os.wait()
print(counters.mine, counters.yours)
