# title: Parent and child each add 1 to a Value
# misconception: M12
# verdicts: lost update 15 17
# prints: varies
# outcome: parent prints 1
# outcome: parent prints 2
# complete: yes

import multiprocessing
import os

count = multiprocessing.get_context("fork").Value("i", 0)
pid = os.fork()
if pid == 0:
    count.value += 1
    os._exit(0)
count.value += 1
os.waitpid(pid, 0)
print(count.value)
