"""Several ways to do the same, timed in turns, so that what disturbs the machine disturbs them all alike.

Not by pyperf: it measures all values of one benchmark, in workers of its own or in this process, before the next one
begins, and compares the means of both. On a machine that others use as well, the two halves of a ratio would then be
seconds apart; here they are neighbours, and a ratio is taken round by round. Its workers could not share a kernel of
1 GB, a warm pool or a page in a browser with the way beside it, and what is counted in bytes, descriptors or processes
needs no timer.
"""

import sys

from by_hand import seconds_of
from ratios import quartiles, ratio_of, spread, verdict

NAMES = 30  # characters of the first column


def note(what):
    """Say on stderr what is being measured."""
    print(f"measuring {what} ...", file=sys.stderr, flush=True)


def timed(act):
    """A way that takes as long as ``act()`` does."""
    return lambda: seconds_of(act)[0]


def in_turns(ways, rounds, warm=1):
    """Seconds of each round, by way; every other round goes backwards, and the first ``warm`` are not counted.

    ``ways`` maps a name to a function that does it once, and returns the seconds that this took.
    """
    seconds = {name: [] for name in ways}
    for number in range(warm + rounds):
        for name in list(ways)[:: -1 if number % 2 else 1]:
            seconds[name].append(ways[name]())
    return {name: values[warm:] for name, values in seconds.items()}


def times(seconds, one):
    """How many times as long as ``one`` each other way took: a ``Ratio`` by name."""
    return {name: ratio_of(values, seconds[one]) for name, values in seconds.items() if name != one}


def part_of(seconds, one):
    """How many times as long as each other way ``one`` took: a ``Ratio`` by name."""
    return {name: ratio_of(seconds[one], values) for name, values in seconds.items() if name != one}


def ahead_of(seconds, one):
    """The ways that were clearly faster than ``one``: their upper quartile lies below its lower one."""
    lower = quartiles(seconds[one])[0]
    return [name for name, values in seconds.items() if quartiles(values)[2] < lower]


def print_table(title, seconds, heading, ratios, aims):
    """A row for each way: median and quartiles in ms, its ratio, and whether the median of that is at most the aim."""
    print(title)
    print(f"  {'':<{NAMES}}{'median (quartiles), ms':>30}{heading:>24}")
    for name, values in seconds.items():
        ratio = str(ratios.get(name, ""))
        print(f"  {name:<{NAMES}}{spread(values):>30}{ratio:>24}{judged(name, ratios, aims)}", flush=True)


def judged(name, ratios, aims):
    """The aim of this row, if it has one, and whether it was met."""
    return f"   aim {aims[name]:g}: {verdict(ratios[name].middle, aims[name])}" if name in aims else ""
