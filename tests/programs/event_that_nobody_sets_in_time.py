# title: A wait with a deadline of its own
# misconception: M11
# verdicts: none

import multiprocessing
import os

written = multiprocessing.get_context("fork").Event()
if os.fork() == 0:
    print("set" if written.wait(0.05) else "not set")
    os._exit(0)
os.wait()
