# title: A Manager’s event says when the word is written
# misconception: M18
# verdicts: none

import mmap
import multiprocessing

fork = multiprocessing.get_context("fork")
block = mmap.mmap(-1, 5)


def write(written):
    block[:] = b"hello"
    written.set()


with fork.Manager() as manager:
    written = manager.Event()
    process = fork.Process(target=write, args=(written,))
    process.start()
    written.wait()
    print(block[:])
    process.join()
