# title: A half line is flushed before the fork
# misconception: M28
# verdicts: none

import os

print("one, ", end="", flush=True)
pid = os.fork()
if pid == 0:
    print("two from the child")
    os._exit(0)
os.waitpid(pid, 0)
print("two from the parent")
