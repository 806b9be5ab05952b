# title: Peterson's lock needs no other
# misconception: M12
# verdicts: none

import multiprocessing
import time

fork = multiprocessing.get_context("fork")
wants = fork.Array("i", 2)
turn = fork.Value("i", 0)
count = fork.Value("i", 0)


def count_up(me):
    other = 1 - me
    wants[me] = 1
    turn.value = other
    while wants[other] and turn.value == other:
        time.sleep(0.001)
    before = count.value
    count.value = before + 1
    wants[me] = 0


processes = [fork.Process(target=count_up, args=(me,)) for me in (0, 1)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(count.value)
