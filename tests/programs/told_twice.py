# title: A half line is copied by the fork
# misconception: M28
# verdicts: copied buffer 8

import os

print("one, ", end="")
pid = os.fork()
if pid == 0:
    print("two from the child")
    os._exit(0)
os.waitpid(pid, 0)
print("two from the parent")
