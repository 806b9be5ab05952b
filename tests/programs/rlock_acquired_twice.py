# title: An RLock may be acquired again by who holds it
# misconception: M32
# verdicts: none

import multiprocessing

lock = multiprocessing.get_context("fork").RLock()


def add(numbers):
    with lock:
        numbers.append(1)


with lock:
    add([])
print("done")
