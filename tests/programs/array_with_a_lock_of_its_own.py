# title: An array that is given a lock takes it for each item
# misconception: M32
# verdicts: none

import multiprocessing

lock = multiprocessing.Lock()
scores = multiprocessing.Array("i", [0, 0, 0], lock=lock)


def play(player):
    scores[player] = 7 * player


players = [multiprocessing.Process(target=play, args=(number,)) for number in range(3)]
for player in players:
    player.start()
for player in players:
    player.join()
for score in scores:
    print(score)
