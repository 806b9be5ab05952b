# title: A function makes the block, and each process calls it
# misconception: M08
# verdicts: made after 10 18 14 20

import mmap
import multiprocessing


def board():
    return mmap.mmap(-1, 16)


def work():
    board()[0] = 1


process = multiprocessing.get_context("fork").Process(target=work)
process.start()
process.join()
print(board()[0])
