# title: Four ways to reap a child
# misconception: M23
# verdicts: none

import os

pids = []
for number in range(4):
    pid = os.fork()
    if pid == 0:
        os._exit(number)
    pids.append(pid)
os.waitid(os.P_PID, pids[0], os.WEXITED)
os.waitpid(pids[1], 0)
while os.waitpid(pids[2], os.WNOHANG) == (0, 0):
    pass
os.wait3(0)
