# title: The child becomes another program
# misconception: M03
# verdicts: none

import os

pid = os.fork()
if pid == 0:
    os.execlp("false", "false")
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))
