# title: A Value is taken for a lock
# misconception: M12
# verdicts: lost update 16 18
# verdicts: lost update 19
# prints: varies

import multiprocessing
import time

fork = multiprocessing.get_context("fork")
taken = fork.Value("i", 0)
count = fork.Value("i", 0)


def count_up():
    while taken.value:
        time.sleep(0.001)
    taken.value = 1
    count.value += 1
    taken.value = 0


processes = [fork.Process(target=count_up) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(count.value)
