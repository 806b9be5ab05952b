# title: Two processes count in a Manager’s dict
# misconception: M12
# verdicts: lost update 13
# prints: varies

import multiprocessing

fork = multiprocessing.get_context("fork")


def count(totals):
    for _ in range(3):
        totals["words"] += 1


with fork.Manager() as manager:
    totals = manager.dict(words=0)
    process = fork.Process(target=count, args=(totals,))
    process.start()
    count(totals)
    process.join()
    print(totals["words"])
