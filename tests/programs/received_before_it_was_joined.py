# title: recv_bytes, and then join
# misconception: M23
# verdicts: none

import multiprocessing

fork = multiprocessing.get_context("fork")
mine, yours = fork.Pipe(duplex=False)


def send():
    yours.send_bytes(bytes(100_000))


process = fork.Process(target=send)
process.start()
print(len(mine.recv_bytes()))
process.join()
