# title: Two locks, taken in one order by everybody
# misconception: M32
# verdicts: none
# outcome: parent prints done
# complete: yes

import multiprocessing
import os
import time

fork = multiprocessing.get_context("fork")
left, right = fork.Lock(), fork.Lock()
if os.fork() == 0:
    with left:
        time.sleep(0.1)
        with right:
            pass
    os._exit(0)
with left:
    time.sleep(0.1)
    with right:
        pass
os.wait()
print("done")
