# title: A ShareableList with one counter for all
# misconception: M12
# verdicts: race 17
# outcome: parent prints 1
# outcome: parent prints 2
# complete: yes
# prints: varies

import multiprocessing
from multiprocessing.shared_memory import ShareableList

fork = multiprocessing.get_context("fork")
counters = ShareableList([0, 0])


def work():
    counters[1] += 1


processes = [fork.Process(target=work) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(counters[1])
counters.shm.close()
counters.shm.unlink()
