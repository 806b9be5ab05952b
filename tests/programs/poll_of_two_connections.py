# title: Whichever connection has a message, that child has written
# misconception: M11
# verdicts: none

import mmap
import multiprocessing
from multiprocessing.connection import wait

fork = multiprocessing.get_context("fork")
block = mmap.mmap(-1, 10)


def work(place, end):
    block[place] = 1 + place
    end.send(place)


ends = []
children = []
for place in range(2):
    ours, theirs = fork.Pipe()
    children.append(fork.Process(target=work, args=(place, theirs)))
    children[-1].start()
    ends.append(ours)
total = 0
while ends:
    for end in wait(ends):
        total += block[end.recv()]
        ends.remove(end)
for child in children:
    child.join()
print(total)
