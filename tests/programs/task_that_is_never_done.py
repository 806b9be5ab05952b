# title: The worker takes the tasks and does not say that they are done
# misconception: M18
# verdicts: waits for ever 20
# timeout: 1
# needs: linux

import multiprocessing

fork = multiprocessing.get_context("fork")


def work(tasks):
    print("doing", tasks.get())


tasks = fork.JoinableQueue()
worker = fork.Process(target=work, args=(tasks,))
worker.start()
tasks.put("the dishes")
tasks.join()
worker.join()
