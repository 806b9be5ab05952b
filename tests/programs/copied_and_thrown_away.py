# title: os._exit throws the copy of the buffer away
# misconception: M22
# verdicts: none

import os
import sys

sys.stdout.write("Once upon a time")
pid = os.fork()
if pid == 0:
    os._exit(0)
os.waitpid(pid, 0)
