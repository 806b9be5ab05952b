# title: A Value is read after a sleep
# misconception: M11
# verdicts: sleep 13 19 18

import multiprocessing
import time

fork = multiprocessing.get_context("fork")
answer = fork.Value("i", 0)


def work_it_out():
    answer.value = 6 * 7


process = fork.Process(target=work_it_out)
process.start()
time.sleep(0.3)
print(answer.value)
process.join()
