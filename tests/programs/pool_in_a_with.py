# title: A Pool in a with
# misconception: M18
# verdicts: none

import multiprocessing


def square(number):
    return number * number


with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(square, range(5)))
