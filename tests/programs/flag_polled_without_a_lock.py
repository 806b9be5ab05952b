# title: The parent asks again and again, without a lock
# misconception: M12
# verdicts: race 11 15
# outcome: parent prints 42

import mmap
import os

block = mmap.mmap(-1, 1)
if os.fork() == 0:
    block[0] = 42
    os._exit(0)
answer = 0
while not answer:
    answer = block[0]
print(answer)
os.wait()
