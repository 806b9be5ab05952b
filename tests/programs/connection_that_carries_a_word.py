# title: A Connection tells when the array is filled
# misconception: M18
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")
numbers = fork.Array("i", 3, lock=False)
mine, yours = fork.Pipe()


def fill():
    numbers[0] = 5
    yours.send("filled")
    yours.recv()


process = fork.Process(target=fill)
process.start()
print(mine.recv(), numbers[0])
mine.send("thank you")
process.join()
