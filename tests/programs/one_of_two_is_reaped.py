# title: Two children, one wait
# misconception: M23
# verdicts: not reaped 8

import os

for number in range(2):
    if os.fork() == 0:
        os._exit(number)
os.wait()
