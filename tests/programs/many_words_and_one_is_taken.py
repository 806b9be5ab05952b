# title: The Process ends when its Queue is empty, and nobody empties it
# misconception: M18
# verdicts: full pipe
# timeout: 4
# needs: linux

import multiprocessing

fork = multiprocessing.get_context("fork")


def count(numbers):
    for number in range(20_000):
        numbers.put(number)


numbers = fork.Queue()
process = fork.Process(target=count, args=(numbers,))
process.start()
print(numbers.get())
