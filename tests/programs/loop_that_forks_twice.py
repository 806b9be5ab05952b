# title: A loop of two forks, from which the children leave
# misconception: M03
# verdicts: none

import os

for number in range(2):
    if os.fork() == 0:
        print("round", number)
        os._exit(0)
for _ in range(2):
    os.wait()
