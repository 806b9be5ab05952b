# title: Nobody sets the event
# misconception: M11
# verdicts: waits for ever 11 13
# timeout: 1

import multiprocessing
import os

written = multiprocessing.get_context("fork").Event()
if os.fork() == 0:
    written.wait()
    os._exit(0)
os.wait()
