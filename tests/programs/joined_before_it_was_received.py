# title: join, and then recv_bytes
# misconception: M23
# verdicts: full pipe 18 13
# timeout: 1

import multiprocessing

fork = multiprocessing.get_context("fork")
mine, yours = fork.Pipe(duplex=False)


def send():
    yours.send_bytes(bytes(100_000))


process = fork.Process(target=send)
process.start()
process.join()
print(len(mine.recv_bytes()))
