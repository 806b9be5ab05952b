# title: A child goes round the loop as well, and waits for children that it does not have
# misconception: M03
# verdicts: fell off 9
# prints: varies

import os

for number in range(2):
    if os.fork() == 0:
        print("child", number)
for _ in range(2):
    os.wait()
