# title: A number is changed by a Process, read by its parent
# misconception: M04
# verdicts: plain variable 18

import multiprocessing

count = 0


def work():
    global count
    count += 1


process = multiprocessing.get_context("fork").Process(target=work)
process.start()
process.join()
print(count)
