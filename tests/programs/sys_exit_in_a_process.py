# title: In a Process, sys.exit is as good as any end
# misconception: M22
# verdicts: none

import multiprocessing
import sys


def work():
    print("no work today")
    sys.exit(3)


process = multiprocessing.get_context("fork").Process(target=work)
process.start()
process.join()
print(process.exitcode)
