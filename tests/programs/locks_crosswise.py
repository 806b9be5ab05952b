# title: Two locks, taken in opposite orders
# misconception: M32
# verdicts: deadlock 16 18 21 23
# timeout: 1
# outcome: deadlock
# outcome: parent prints done
# complete: yes

import multiprocessing
import os
import time

fork = multiprocessing.get_context("fork")
left, right = fork.Lock(), fork.Lock()
if os.fork() == 0:
    with right:
        time.sleep(0.1)
        with left:
            pass
    os._exit(0)
with left:
    time.sleep(0.1)
    with right:
        pass
os.wait()
print("done")
