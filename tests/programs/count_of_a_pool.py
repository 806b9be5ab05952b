# title: The workers of a pool count, each for itself
# misconception: M04
# verdicts: plain variable 18

import multiprocessing

count = 0


def square(number):
    global count
    count += 1
    return number**2


with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(square, range(4)))
print(count)
