# title: A thread may take an RLock that it has
# misconception: M32
# verdicts: none

import threading

lock = threading.RLock()


def append(numbers, number):
    with lock:
        numbers.append(number)


def count(numbers):
    with lock:
        append(numbers, 1)


thread = threading.Thread(target=count, args=([],))
thread.start()
thread.join()
