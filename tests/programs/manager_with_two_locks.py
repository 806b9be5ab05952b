# title: Two locks of a Manager, where one is needed
# misconception: M32
# verdicts: race 16
# prints: varies

import mmap
import multiprocessing

fork = multiprocessing.get_context("fork")
block = mmap.mmap(-1, 1)


def count(lock):
    for _ in range(3):
        with lock:
            block[0] += 1


with fork.Manager() as manager:
    own, its = manager.Lock(), manager.Lock()
    process = fork.Process(target=count, args=(its,))
    process.start()
    count(own)
    process.join()
    print(block[0])
