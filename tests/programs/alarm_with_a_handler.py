# title: An alarm rings, and its handler ends the child
# misconception: M22
# verdicts: none

import os
import signal

pid = os.fork()
if pid == 0:
    signal.signal(signal.SIGALRM, lambda number, frame: os._exit(3))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    signal.pause()
    os._exit(0)
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))
