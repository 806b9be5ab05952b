# title: A variable of the child's own concern
# misconception: M04
# verdicts: none

import os

total = 0
pid = os.fork()
if pid == 0:
    for number in range(10):
        total += number
    os._exit(total)
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))
