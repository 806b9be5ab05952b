# title: One function reads, another one writes
# misconception: M12
# verdicts: lost update 13 17
# prints: varies

import multiprocessing

fork = multiprocessing.get_context("fork")
count = fork.Value("i", 0)


def current():
    return count.value


def set_to(number):
    count.value = number


def count_up():
    set_to(current() + 1)


processes = [fork.Process(target=count_up) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(count.value)
