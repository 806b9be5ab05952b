# title: Two processes count in a Manager’s dict, under its lock
# misconception: M12
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")


def count(totals, lock):
    for _ in range(3):
        with lock:
            totals["words"] += 1


with fork.Manager() as manager:
    totals, lock = manager.dict(words=0), manager.Lock()
    process = fork.Process(target=count, args=(totals, lock))
    process.start()
    count(totals, lock)
    process.join()
    print(totals["words"])
