# title: Looked at first, locked afterwards
# misconception: M12
# verdicts: lost update 13 15
# prints: varies

import multiprocessing

fork = multiprocessing.get_context("fork")
tickets = fork.Value("i", 1)


def buy():
    if tickets.value > 0:
        with tickets.get_lock():
            tickets.value -= 1


buyers = [fork.Process(target=buy) for _ in range(2)]
for buyer in buyers:
    buyer.start()
for buyer in buyers:
    buyer.join()
print(tickets.value)
