# title: Both begin with the same number, and go on by themselves
# misconception: M04
# verdicts: none

import os

number = 100
pid = os.fork()
if pid == 0:
    number += 1
    print("child", number)
    os._exit(0)
number -= 1
print("parent", number)
os.waitpid(pid, 0)
