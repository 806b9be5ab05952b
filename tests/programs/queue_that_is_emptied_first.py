# title: A Queue is emptied, then the Process is joined
# misconception: M18
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")
queue = fork.Queue()


def work():
    queue.put(bytes(100_000))


process = fork.Process(target=work)
process.start()
print(len(queue.get()))
process.join()
