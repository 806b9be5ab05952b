# title: A RawValue, and a lock around each update
# misconception: M12
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")
count, lock = fork.RawValue("i", 0), fork.Lock()


def work():
    for _ in range(10):
        with lock:
            count.value += 1


processes = [fork.Process(target=work) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(count.value)
