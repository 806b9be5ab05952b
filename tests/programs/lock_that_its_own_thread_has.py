# title: A thread wants the lock that it has
# misconception: M32
# verdicts: waits for ever 24 13
# timeout: 1
# needs: linux

import threading

lock = threading.Lock()


def append(numbers, number):
    with lock:
        numbers.append(number)


def count(numbers):
    with lock:
        append(numbers, 1)


thread = threading.Thread(target=count, args=([],))
thread.start()
thread.join()
