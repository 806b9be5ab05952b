# title: The parent kills the child
# misconception: M22
# verdicts: signal 13

import os
import signal

r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.read(r, 1)
    os._exit(0)
os.kill(pid, signal.SIGKILL)
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))
