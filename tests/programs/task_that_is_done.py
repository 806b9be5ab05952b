# title: The worker says of each task that it is done
# misconception: M18
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")


def work(tasks):
    print("doing", tasks.get())
    tasks.task_done()


tasks = fork.JoinableQueue()
worker = fork.Process(target=work, args=(tasks,))
worker.start()
tasks.put("the dishes")
tasks.join()
worker.join()
