# title: The item wants the lock that its own line holds
# misconception: M32
# verdicts: lock held 15 16
# timeout: 1
# outcome: deadlock

import multiprocessing

fork = multiprocessing.get_context("fork")
lock = fork.Lock()
scores = fork.Array("i", [0, 0, 0], lock=lock)


def play():
    with lock:
        scores[0] += 1


player = fork.Process(target=play)
player.start()
player.join()
