# title: A Manager’s dict, asked until the word is written
# misconception: M18
# verdicts: none

import mmap
import multiprocessing
import time

fork = multiprocessing.get_context("fork")
block = mmap.mmap(-1, 5)


def write(state):
    block[:] = b"hello"
    state["written"] = True


with fork.Manager() as manager:
    state = manager.dict()
    process = fork.Process(target=write, args=(state,))
    process.start()
    while not state.get("written"):
        time.sleep(0.001)
    print(block[:])
    process.join()
