# title: What a pool returns is put into the parent's own list
# misconception: M04
# verdicts: none

import multiprocessing

seen = []


def square(number):
    seen.append(number)
    return len(seen) and number**2


with multiprocessing.get_context("fork").Pool(2) as pool:
    for result in pool.map(square, range(4)):
        seen.append(result)
print(seen)
