# title: A task is called done, and is not
# misconception: M18
# verdicts: race 17 24
# prints: varies

import mmap
import multiprocessing

fork = multiprocessing.get_context("fork")
block = mmap.mmap(-1, 5)
tasks = fork.JoinableQueue()


def work():
    tasks.get()
    tasks.task_done()
    block[:] = b"hello"


process = fork.Process(target=work)
process.start()
tasks.put("write")
tasks.join()
print(block[:])
process.join()
