# title: terminate ends a Process by a signal
# misconception: M22
# verdicts: signal 13
# outcome: parent prints -15

import multiprocessing

fork = multiprocessing.get_context("fork")
never = fork.Event()

process = fork.Process(target=never.wait)
process.start()
process.terminate()
process.join()
print(process.exitcode)
