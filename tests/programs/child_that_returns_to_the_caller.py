# title: The function that forks returns in the child, too
# misconception: M03
# verdicts: fell off 9

import os


def begin(number):
    pid = os.fork()
    if pid == 0:
        print("child", number)
    return pid


pid = begin(1)
if pid:
    os.waitpid(pid, 0)
print("end")
