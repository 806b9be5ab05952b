# title: The worker is told to stop by an empty word
# misconception: M18
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")


def greet(names):
    while name := names.get():
        print("hello", name)


names = fork.Queue()
worker = fork.Process(target=greet, args=(names,))
worker.start()
names.put("Ada")
names.put("")
worker.join()
