# title: Each process maps the file itself, and they take turns
# misconception: M12
# verdicts: none

import mmap
import multiprocessing
import os
import tempfile

fork = multiprocessing.get_context("fork")
path = os.path.join(tempfile.mkdtemp(), "count")
lock = fork.Lock()
with open(path, "wb") as file:
    file.write(bytes(1))


def work():
    with open(path, "r+b") as file:
        block = mmap.mmap(file.fileno(), 0)
    with lock:
        block[0] += 1


processes = [fork.Process(target=work) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
with open(path, "rb") as file:
    print(file.read()[0])
