# title: run keeps count in self, and sends the result
# misconception: M04
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")


class Sum(fork.Process):
    def __init__(self, queue):
        super().__init__()
        self.queue = queue
        self.total = 0

    def run(self):
        for number in range(5):
            self.total += number
        self.queue.put(self.total)


queue = fork.SimpleQueue()
process = Sum(queue)
process.start()
print(queue.get())
process.join()
