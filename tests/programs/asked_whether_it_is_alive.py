# title: A Process is asked again and again whether it is alive
# misconception: M23
# verdicts: none

import mmap
import multiprocessing
import time

block = mmap.mmap(-1, 1)


def work():
    block[0] = 1


process = multiprocessing.get_context("fork").Process(target=work)
process.start()
while process.is_alive():
    time.sleep(0.01)
print(block[0], process.exitcode)
