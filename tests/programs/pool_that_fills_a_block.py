# title: A Pool fills a block, a byte for each task
# misconception: M17
# verdicts: none

import mmap
import multiprocessing

block = mmap.mmap(-1, 5)


def fill(place):
    block[place] = place * place


with multiprocessing.get_context("fork").Pool(2) as pool:
    pool.map(fill, range(5))
print(list(block[:]))
