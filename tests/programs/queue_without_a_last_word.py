# title: The worker reads its Queue and is never told to stop
# misconception: M18
# verdicts: waits for ever 13 21
# timeout: 1
# needs: linux

import multiprocessing

fork = multiprocessing.get_context("fork")


def greet(names):
    while name := names.get():
        print("hello", name)


names = fork.Queue()
worker = fork.Process(target=greet, args=(names,))
worker.start()
names.put("Ada")
worker.join()
