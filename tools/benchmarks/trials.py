"""How fast are 1,000 forks in one run? ``trials`` next to a bare loop of the same in a script.

usage: python tools/benchmarks/trials.py      (about 15 seconds)
"""

from machine import machine
from results import record
from rounds import in_turns, note, part_of, print_table, timed
from scripts import seconds_by

from shmlesson import trials

COUNT = 1_000  # forks
SIZE = 100  # bytes
ROUNDS = 7
LOOP = "a bare loop"
AIM = 1.2  # times the loop


def main():
    """Measure and print."""
    note(f"{COUNT:,} forks")
    ways = {LOOP: seconds_by("loop.py", COUNT, SIZE), "trials": timed(lambda: trials(COUNT, SIZE, "a", wait="none"))}
    seconds = in_turns(ways, ROUNDS)
    ratios = part_of(seconds, "trials")
    print_table(f"{COUNT:,} forks in one run, {ROUNDS} rounds in turns", seconds, "trials / this", ratios, {LOOP: AIM})
    print()
    record(f"{COUNT:,} forks in one run (trials)", LOOP, ratios[LOOP], AIM)


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
