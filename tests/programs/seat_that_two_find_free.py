# title: A free seat is looked for without a lock
# misconception: M12
# verdicts: lost update 14 15
# prints: varies

import multiprocessing

fork = multiprocessing.get_context("fork")
seats = fork.Array("i", 3)


def sit_down(guest):
    for seat in range(3):
        if seats[seat] == 0:
            seats[seat] = guest
            break


guests = [fork.Process(target=sit_down, args=(guest,)) for guest in (1, 2)]
for guest in guests:
    guest.start()
for guest in guests:
    guest.join()
print(sorted(seats))
