# title: SIGCHLD is only spoken of
# misconception: M23
# verdicts: not reaped 8

import os

# what SIGCHLD does by itself is nothing
if os.fork() == 0:
    print("child")
    os._exit(0)
print("parent")
