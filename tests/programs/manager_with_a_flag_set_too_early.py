# title: A Manager’s dict says too early that the word is written
# misconception: M18
# verdicts: race 15 24
# prints: varies

import mmap
import multiprocessing

fork = multiprocessing.get_context("fork")
block = mmap.mmap(-1, 5)


def write(state):
    state["written"] = True
    block[:] = b"hello"


with fork.Manager() as manager:
    state = manager.dict()
    process = fork.Process(target=write, args=(state,))
    process.start()
    while not state.get("written"):
        pass
    print(block[:])
    process.join()
