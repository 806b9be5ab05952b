# title: The child waits for a signal that nobody sends
# misconception: M23
# verdicts: waits for ever 12 14
# timeout: 1
# needs: linux

import os
import signal

pid = os.fork()
if pid == 0:
    signal.pause()
    os._exit(0)
os.waitpid(pid, 0)
