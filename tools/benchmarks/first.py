"""How long does the first ``share`` of a new kernel take, its fork server included? Next to a bare interpreter.

usage: python tools/benchmarks/first.py      (about half a minute)
"""

from by_hand import seconds_of
from kernel import kernel_of
from machine import machine
from results import record
from rounds import in_turns, note, part_of, print_table, timed
from scripts import output_of

from shmlesson import share

SIZE = 100  # bytes
ROUNDS = 10
BARE = "start of a bare interpreter"
FIRST = "first share of a new kernel"
AIM = 2  # times the start of a bare interpreter


def main():
    """Measure and print."""
    note("first calls")
    ways = {BARE: timed(lambda: output_of("-I", "-c", "pass")), FIRST: first_of_a_kernel}
    seconds = in_turns(ways, ROUNDS)
    ratios = part_of(seconds, FIRST)
    title = f"The first share({SIZE}) in a kernel, {ROUNDS} rounds in turns"
    print_table(title, seconds, "first share / this", ratios, {BARE: AIM})
    print()
    record(FIRST, BARE, ratios[BARE], AIM)


def first_of_a_kernel():
    """The seconds of it, in a kernel that is started for it, and has imported this file."""
    with kernel_of() as kernel:
        return kernel.ask("first.seconds()", "first")


def seconds():
    """How long one takes; this runs in the kernel."""
    return seconds_of(lambda: share(SIZE, "a"))[0]


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
