# title: A Pool that is closed and joined
# misconception: M18
# verdicts: none

import multiprocessing


def square(number):
    return number * number


pool = multiprocessing.get_context("fork").Pool(2)
print(pool.map(square, range(5)))
pool.close()
pool.join()
