# title: A list is filled by a process, and comes back through a queue
# misconception: M04
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")
found = []


def collect(queue):
    found.append("a word")
    queue.put(found)


queue = fork.SimpleQueue()
process = fork.Process(target=collect, args=(queue,))
process.start()
found.extend(queue.get())
process.join()
print(found)
