# title: An executor, with the fork context
# misconception: M18
# verdicts: none

import multiprocessing
from concurrent.futures import ProcessPoolExecutor


def square(number):
    return number * number


fork = multiprocessing.get_context("fork")
with ProcessPoolExecutor(2, mp_context=fork) as executor:
    print(list(executor.map(square, range(5))))
