# title: Each process sets the variable before it reads it
# misconception: M04
# verdicts: none

import os

name = "nobody"
pid = os.fork()
if pid == 0:
    name = "child"
    print("I am the", name)
    os._exit(0)
name = "parent"
print("I am the", name)
os.waitpid(pid, 0)
