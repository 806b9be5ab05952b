# title: Two writers of one SharedMemory, and a sleep
# misconception: M11
# verdicts: sleep 14 19 20
# prints: varies

import multiprocessing
import time
from multiprocessing.shared_memory import SharedMemory

memory = SharedMemory(create=True, size=10)


def fill():
    memory.buf[0] = 97


process = multiprocessing.get_context("fork").Process(target=fill)
process.start()
time.sleep(0.1)
memory.buf[0] = 98
process.join()
print(memory.buf[0])
memory.close()
memory.unlink()
