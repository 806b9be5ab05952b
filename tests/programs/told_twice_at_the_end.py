# title: sys.exit writes out the copy of the buffer
# misconception: M22
# verdicts: copied buffer 10
# verdicts: sys.exit 12

import os
import sys

sys.stdout.write("Once upon a time")
pid = os.fork()
if pid == 0:
    sys.exit(0)
os.waitpid(pid, 0)
