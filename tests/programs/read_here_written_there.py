# title: A Value is read in one line and written in the next
# misconception: M12
# verdicts: lost update 13 14
# prints: varies

import multiprocessing

fork = multiprocessing.get_context("fork")
count = fork.Value("i", 0)


def count_up():
    before = count.value
    count.value = before + 1


processes = [fork.Process(target=count_up) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(count.value)
