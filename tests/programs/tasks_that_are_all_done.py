# title: A queue that is joined after its only task is done
# misconception: M18
# verdicts: none

import mmap
import multiprocessing
import time

fork = multiprocessing.get_context("fork")
block = mmap.mmap(-1, 5)
tasks = fork.JoinableQueue()


def work():
    tasks.get()
    block[:] = b"hello"
    tasks.task_done()


process = fork.Process(target=work)
process.start()
tasks.put("write")
time.sleep(0.1)
tasks.join()
print(block[:])
process.join()
