# title: The Process is joined before its Queue is emptied
# misconception: M18
# verdicts: full pipe 18 13
# timeout: 1

import multiprocessing

fork = multiprocessing.get_context("fork")
queue = fork.Queue()


def work():
    queue.put(bytes(100_000))


process = fork.Process(target=work)
process.start()
process.join()
print(len(queue.get()))
