# title: Each process counts in a place of its own
# misconception: M12
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")
counts = fork.Array("i", 2)


def work(place):
    for _ in range(10):
        counts[place] += 1


processes = [fork.Process(target=work, args=(place,)) for place in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(counts[:])
