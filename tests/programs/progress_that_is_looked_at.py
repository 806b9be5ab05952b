# title: The parent looks how far they are, and waits for the end
# misconception: M11
# verdicts: none
# prints: varies

import multiprocessing
import time

fork = multiprocessing.get_context("fork")
done = fork.Value("i", 0)


def work():
    for _ in range(3):
        time.sleep(0.01)
        with done.get_lock():
            done.value += 1


processes = [fork.Process(target=work) for _ in range(2)]
for process in processes:
    process.start()
time.sleep(0.02)
print("so far", done.value)
for process in processes:
    process.join()
print("in all", done.value)
