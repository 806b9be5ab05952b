# title: run leaves its result in self
# misconception: M04
# verdicts: plain variable 20

import multiprocessing


class Squares(multiprocessing.get_context("fork").Process):
    squares = None

    def run(self):
        self.squares = [number**2 for number in range(5)]


workers = [Squares() for _ in range(2)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
    print(worker.squares)
