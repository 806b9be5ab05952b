# title: Each child leaves a number, and the parent adds them up
# misconception: M04
# verdicts: none

import os

total = 0
for number in (1, 2):
    if os.fork() == 0:
        total = number * 10
        os._exit(total)
for _ in (1, 2):
    _, status = os.wait()
    total += os.waitstatus_to_exitcode(status)
print(total)
