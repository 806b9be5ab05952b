# title: A barrier for three, and two processes
# misconception: M11
# verdicts: waits for ever 11 13
# timeout: 1

import multiprocessing
import os

barrier = multiprocessing.get_context("fork").Barrier(3)
if os.fork() == 0:
    barrier.wait()
    os._exit(0)
barrier.wait()
os.wait()
