# title: Two who wait for their turn
# misconception: M12
# verdicts: none

import multiprocessing
import time

fork = multiprocessing.get_context("fork")
turn = fork.Value("i", 0)
total = fork.Value("i", 0)


def add(me):
    for _ in range(2):
        while turn.value != me:
            time.sleep(0.001)
        before = total.value
        total.value = before + 1
        turn.value = 1 - turn.value


processes = [fork.Process(target=add, args=(me,)) for me in (0, 1)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(total.value)
