# title: A Manager’s lock guards a block
# misconception: M32
# verdicts: none

import mmap
import multiprocessing

fork = multiprocessing.get_context("fork")
block = mmap.mmap(-1, 1)


def count(lock):
    for _ in range(3):
        with lock:
            block[0] += 1


with fork.Manager() as manager:
    lock = manager.Lock()
    process = fork.Process(target=count, args=(lock,))
    process.start()
    count(lock)
    process.join()
    print(block[0])
