# title: Each process attaches to the named memory, and counts there
# misconception: M12
# verdicts: race 14
# prints: varies

import multiprocessing
from multiprocessing.shared_memory import SharedMemory

fork = multiprocessing.get_context("fork")


def work(name):
    memory = SharedMemory(name)
    memory.buf[0] += 1
    memory.close()


memory = SharedMemory(create=True, size=1)
processes = [fork.Process(target=work, args=(memory.name,)) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(memory.buf[0])
memory.close()
memory.unlink()
