# title: A sleep, with SharedMemory and Process
# misconception: M11
# verdicts: sleep 14 20 19
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
print(memory.buf[0])
process.join()
memory.close()
memory.unlink()
