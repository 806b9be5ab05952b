# title: The lock comes after the read
# misconception: M12
# verdicts: lost update 14 16
# prints: varies

import multiprocessing

fork = multiprocessing.get_context("fork")
money = fork.Array("i", [100, 100])
lock = fork.Lock()


def give(whom, much):
    there = money[whom]
    with lock:
        money[whom] = there + much


processes = [fork.Process(target=give, args=(1, much)) for much in (20, 30)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(money[:])
