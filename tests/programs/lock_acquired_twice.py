# title: A lock, acquired again by who holds it
# misconception: M32
# verdicts: lock held 14 18
# timeout: 1
# outcome: deadlock
# complete: yes

import multiprocessing

lock = multiprocessing.get_context("fork").Lock()


def add(numbers):
    with lock:
        numbers.append(1)


with lock:
    add([])
print("done")
