# title: The child takes back what the parent has registered
# misconception: M22
# verdicts: none

import atexit
import os
import sys


def tidy_up():
    print("tidied up")


atexit.register(tidy_up)
if os.fork() == 0:
    atexit.unregister(tidy_up)
    sys.exit()
os.wait()
