# title: A Value that was made without a lock
# misconception: M12
# verdicts: race 13
# prints: varies

import multiprocessing

fork = multiprocessing.get_context("fork")
count = fork.Value("i", 0, lock=False)


def work():
    count.value += 1


processes = [fork.Process(target=work) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(count.value)
