# title: A Manager keeps a list for everybody
# misconception: M18
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")


def work(words):
    words.append("from the child")


with fork.Manager() as manager:
    words = manager.list()
    process = fork.Process(target=work, args=(words,))
    process.start()
    process.join()
    print(list(words))
