# title: The Process ends when its Queue is empty, and nobody empties it
# misconception: M18
# verdicts: full pipe 14
# timeout: 2
# needs: linux

import multiprocessing

fork = multiprocessing.get_context("fork")


def fill(numbers):
    for _ in range(300):
        numbers.put(bytes(1000))


numbers = fork.Queue()
process = fork.Process(target=fill, args=(numbers,))
process.start()
print(len(numbers.get()))
