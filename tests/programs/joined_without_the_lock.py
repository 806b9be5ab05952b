# title: The parent gives the lock back before it waits
# misconception: M32
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")
lock = fork.Lock()


def work():
    with lock:
        print("working")


process = fork.Process(target=work)
with lock:
    process.start()
process.join()
