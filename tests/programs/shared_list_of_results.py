# title: A ShareableList with a place for each process
# misconception: M12
# verdicts: none

import multiprocessing
from multiprocessing.shared_memory import ShareableList

fork = multiprocessing.get_context("fork")
results = ShareableList([0, 0, 0])


def work(place):
    results[place] = place * 10


processes = [fork.Process(target=work, args=(place,)) for place in range(3)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(list(results))
results.shm.close()
results.shm.unlink()
