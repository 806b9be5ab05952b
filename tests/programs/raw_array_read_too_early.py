# title: A RawArray that is added up while it is filled
# misconception: M10
# verdicts: race 14 19
# prints: varies

import multiprocessing

fork = multiprocessing.get_context("fork")
numbers = fork.RawArray("i", 8)


def work():
    for place in range(8):
        numbers[place] = place


process = fork.Process(target=work)
process.start()
print(sum(numbers))
process.join()
