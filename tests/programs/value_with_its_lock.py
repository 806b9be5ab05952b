# title: The lock of a Value holds both steps together
# misconception: M12
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")
count = fork.Value("i", 0)


def work():
    for _ in range(100):
        with count.get_lock():
            count.value += 1


processes = [fork.Process(target=work) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(count.value)
