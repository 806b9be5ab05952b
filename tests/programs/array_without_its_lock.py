# title: Two processes count in one place of an Array
# misconception: M12
# verdicts: lost update 13
# prints: varies

import multiprocessing

fork = multiprocessing.get_context("fork")
counts = fork.Array("i", 3)


def work():
    counts[1] += 1


processes = [fork.Process(target=work) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(counts[1])
