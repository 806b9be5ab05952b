# title: A loop of two forks makes four processes
# misconception: M03
# verdicts: fell off 9
# verdicts: not reaped 9

import os

for number in range(2):
    if os.fork() == 0:
        print("round", number)
print("end")
