# title: The parent tells the child to leave
# misconception: M22
# verdicts: none

import os

r, w = os.pipe()
pid = os.fork()
if pid == 0:
    os.read(r, 1)
    os._exit(0)
os.write(w, b"x")
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))
