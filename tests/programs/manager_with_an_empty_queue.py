# title: A Manager’s queue, into which nobody puts anything
# misconception: M18
# verdicts: waits for ever 12 19
# timeout: 1

import multiprocessing

fork = multiprocessing.get_context("fork")


def work(tasks):
    print(tasks.get())


manager = fork.Manager()
tasks = manager.Queue()
process = fork.Process(target=work, args=(tasks,))
process.start()
process.join()
