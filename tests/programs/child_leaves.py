# title: The child leaves at the end of its branch
# misconception: M03
# verdicts: none

import os

print("begin")
pid = os.fork()
if pid == 0:
    print("child")
    os._exit(0)
else:
    os.waitpid(pid, 0)
print("end")
