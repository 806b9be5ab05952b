# title: SharedMemory, read when the process is joined
# misconception: M25
# verdicts: none

import multiprocessing
from multiprocessing.shared_memory import SharedMemory

memory = SharedMemory(create=True, size=10)


def fill():
    memory.buf[0] = 97


process = multiprocessing.get_context("fork").Process(target=fill)
process.start()
process.join()
print(memory.buf[0])
memory.close()
memory.unlink()
