# title: A list is changed in the child, read in the parent
# misconception: M04
# verdicts: plain variable 13

import os

words = []
pid = os.fork()
if pid == 0:
    words.append("from the child")
    os._exit(0)
os.waitpid(pid, 0)
print(words)
