# title: Two blocks, one for each direction
# misconception: M12
# verdicts: none

import mmap
import os

question, answer = mmap.mmap(-1, 1), mmap.mmap(-1, 1)
question[0] = 20
pid = os.fork()
if pid == 0:
    answer[0] = question[0] + 1
    os._exit(0)
os.waitpid(pid, 0)
print(question[0], answer[0])
