# title: Process flushes before it forks
# misconception: M28
# verdicts: none

import multiprocessing


def work():
    print("two from the child")


print("one, ", end="")
process = multiprocessing.get_context("fork").Process(target=work)
process.start()
process.join()
print("two from the parent")
