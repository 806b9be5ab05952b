# title: One lock from the line that reads to the line that writes
# misconception: M12
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")
count = fork.Value("i", 0)


def count_up():
    with count.get_lock():
        before = count.value
        count.value = before + 1


processes = [fork.Process(target=count_up) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(count.value)
