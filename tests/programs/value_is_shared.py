# title: A Value is changed by a Process, read by its parent
# misconception: M04
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")
count = fork.Value("i", 0)


def work():
    with count.get_lock():
        count.value += 1


process = fork.Process(target=work)
process.start()
process.join()
print(count.value)
