# title: A Manager’s semaphore says when the word is written
# misconception: M18
# verdicts: none

import mmap
import multiprocessing

fork = multiprocessing.get_context("fork")
block = mmap.mmap(-1, 5)


def write(written):
    block[:] = b"hello"
    written.release()


with fork.Manager() as manager:
    written = manager.Semaphore(0)
    process = fork.Process(target=write, args=(written,))
    process.start()
    written.acquire()
    print(block[:])
    process.join()
