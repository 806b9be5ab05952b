# title: Reading and writing a Value are two steps
# misconception: M12
# verdicts: lost update 14
# prints: varies

import multiprocessing

fork = multiprocessing.get_context("fork")
count = fork.Value("i", 0)


def work():
    for _ in range(100):
        count.value += 1


processes = [fork.Process(target=work) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(count.value)
