# title: Each process maps the file itself
# misconception: M12
# verdicts: race 18
# prints: varies

import mmap
import os
import tempfile

path = os.path.join(tempfile.mkdtemp(), "count")
with open(path, "wb") as file:
    file.write(bytes(1))


def work():
    with open(path, "r+b") as file:
        block = mmap.mmap(file.fileno(), 0)
    block[0] += 1


for _ in range(2):
    if os.fork() == 0:
        work()
        os._exit(0)
os.wait()
os.wait()
with open(path, "rb") as file:
    print(file.read()[0])
