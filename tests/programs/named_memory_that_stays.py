# title: The named memory is closed and not unlinked
# misconception: M25
# verdicts: left behind 8

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
