# title: The child goes on where the parent does
# misconception: M03
# verdicts: fell off 8

import os

print("begin")
pid = os.fork()
if pid == 0:
    print("child")
else:
    os.waitpid(pid, 0)
print("end")
