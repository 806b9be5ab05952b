# title: The item wants the lock that its own line holds
# misconception: M32
# verdicts: lock held 14 15
# timeout: 1
# outcome: deadlock

import multiprocessing

lock = multiprocessing.Lock()
scores = multiprocessing.Array("i", [0, 0, 0], lock=lock)


def play():
    with lock:
        scores[0] += 1


player = multiprocessing.Process(target=play)
player.start()
player.join()
