# title: SIGCHLD is ignored, so the system reaps
# misconception: M23
# verdicts: none

import os
import signal

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
r, w = os.pipe()
if os.fork() == 0:
    os.write(w, b"x")
    os._exit(0)
os.read(r, 1)
print("heard")
