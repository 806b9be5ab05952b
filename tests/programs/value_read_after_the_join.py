# title: A Value is read after the join, whatever was slept
# misconception: M11
# verdicts: none

import multiprocessing
import time

fork = multiprocessing.get_context("fork")
answer = fork.Value("i", 0)


def work_it_out():
    time.sleep(0.1)
    answer.value = 6 * 7


process = fork.Process(target=work_it_out)
process.start()
time.sleep(0.01)
process.join()
print(answer.value)
