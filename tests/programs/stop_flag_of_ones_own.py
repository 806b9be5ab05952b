# title: The parent sets its own flag, and the child looks at its own
# misconception: M04
# verdicts: plain variable 12
# timeout: 2

import os
import time

running = True
pid = os.fork()
if pid == 0:
    while running:
        time.sleep(0.01)
    os._exit(0)
running = False
os.waitpid(pid, 0)
