# title: The named memory is closed, and unlinked by who made it
# misconception: M25
# verdicts: none

import multiprocessing
from multiprocessing import shared_memory

memory = shared_memory.SharedMemory(create=True, size=10)
fork = multiprocessing.get_context("fork")


def write():
    memory.buf[0] = 7


child = fork.Process(target=write)
child.start()
child.join()
print(memory.buf[0])
memory.close()
memory.unlink()
