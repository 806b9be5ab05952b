# title: The parent holds the lock while it waits for a child that wants it
# misconception: M32
# verdicts: deadlock 13 20 18
# timeout: 1

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
