# title: A Process that nobody has joined is joined at the end
# misconception: M23
# verdicts: none

import multiprocessing


def work():
    print("working")


process = multiprocessing.get_context("fork").Process(target=work)
process.start()
print("going home")
