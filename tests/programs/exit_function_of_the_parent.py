# title: What the parent has registered for its end runs in the child, too
# misconception: M22
# verdicts: sys.exit 16

import atexit
import os
import sys


def tidy_up():
    print("tidied up")


atexit.register(tidy_up)
if os.fork() == 0:
    sys.exit()
os.wait()
