# title: A RawArray of which each process has a half
# misconception: M12
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")
numbers = fork.RawArray("i", 8)


def work(first):
    for place in range(first, first + 4):
        numbers[place] = place * place


processes = [fork.Process(target=work, args=(first,)) for first in (0, 4)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(list(numbers))
