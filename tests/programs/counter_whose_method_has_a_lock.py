# title: The method takes the lock once, to look and to set
# misconception: M32
# verdicts: none
# needs: linux

import multiprocessing

fork = multiprocessing.get_context("fork")


class Counter:
    def __init__(self):
        self.raw, self.lock = fork.RawValue("i", 0), fork.Lock()

    @property
    def value(self):
        with self.lock:
            return self.raw.value

    def add(self, number):
        with self.lock:
            self.raw.value += number


def count_two(counter):
    for _ in range(2):
        counter.add(1)


counter = Counter()
processes = [fork.Process(target=count_two, args=(counter,)) for _ in range(2)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print(counter.value)
