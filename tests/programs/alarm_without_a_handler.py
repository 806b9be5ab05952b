# title: An alarm rings, and nobody handles it
# misconception: M22
# verdicts: signal

import os
import signal

pid = os.fork()
if pid == 0:
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    signal.pause()
    os._exit(0)
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))
