# title: The child reads at address 0
# misconception: M05
# verdicts: signal

import ctypes
import os

pid = os.fork()
if pid == 0:
    ctypes.string_at(0)
    os._exit(0)
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))
