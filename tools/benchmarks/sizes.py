"""How fast is ``share`` from 4 KiB to a GiB? Next to a bare script, and to what people use instead.

usage: python tools/benchmarks/sizes.py      (about two and a half minutes; needs 5 GiB of free memory for 1 GiB)
"""

import importlib.util

from machine import machine
from pools import POOLS
from results import record
from rounds import ahead_of, in_turns, note, part_of, print_table, timed
from scripts import seconds_by

from shmlesson import available_memory, compare, share
from shmlesson.api.compare import TOOLS
from shmlesson.forkserver.experiments.compare import right
from shmlesson.memory.sizes import say_size

LARGE = 1 << 30  # bytes
ROUNDS = {4 << 10: 40, 1 << 20: 30, 64 << 20: 7, LARGE: 3}  # by size in bytes
COPIES = 5  # of a block that must fit in memory: what is pickled is there four times, and once in the script
TIMEOUT = 120  # seconds for one measurement
BARE = "bare script"  # what it does is timed, not its start
AIM_SMALL, AIM = 1.5, 1.1  # times the bare script: up to AIM_FROM, and from there on
AIM_FROM = 1 << 20  # bytes
AIM_LEVEL = 1.1  # times SharedMemory
LARGE_FROM = 64 << 20  # bytes from which share is ahead of what copies
JOBLIB = "joblib, warm"
PICKLING = ("Pipe.send", "Queue", "warm Pool", *POOLS, JOBLIB)
COPYING = ("Pipe.send_bytes", *PICKLING)


def main():
    """Measure and print, one size after the other."""
    for size, rounds in ROUNDS.items():
        if available_memory() < COPIES * size:
            print(f"{say_size(size)} was not measured: it needs {say_size(COPIES * size)} of free memory.\n")
            continue
        note(f"{say_size(size)}, every way")
        report(size, rounds, measure(size, rounds))
    if not has_joblib():
        print("joblib is not installed here, so it was not measured.\n")


def has_joblib():
    return importlib.util.find_spec("joblib") is not None


def measure(size, rounds):
    """Seconds by way. ``compare`` goes through all of its tools each time that it is their turn."""
    tools = {tool: [] for tool in TOOLS}
    ways = {
        BARE: seconds_by("by_hand.py", size),
        "share": timed(lambda: shared(size)),
        "tools": lambda: ask_tools(size, tools),
        **{pool: seconds_by("pools.py", pool, size) for pool in POOLS},
    }
    if has_joblib():
        ways[JOBLIB] = timed(lambda: with_joblib(size))
        with_joblib(1)  # starts its processes
    seconds = in_turns(ways, rounds, warm=int(size < LARGE))
    del seconds["tools"]
    return seconds | {tool: values[-rounds:] for tool, values in tools.items()}


def shared(size):
    """``share``, and that its child saw what it should."""
    run = share(size, "a", timeout=TIMEOUT)
    assert run.child.saw.runs == ((0, size, ord("a")),), run


def ask_tools(size, tools):
    """One measurement of every tool of ``compare``, added to ``tools``; their seconds together.

    Each hands over a single byte before, so that what is imported and started on first use does not count.
    """
    seconds = compare([1, size], repeats=1, timeout=TIMEOUT).seconds
    for tool, values in tools.items():
        values.append(seconds[tool, size])
    return sum(seconds.values())


def with_joblib(size):
    """The bytes to a process that joblib keeps ready, which reads each."""
    import joblib

    assert joblib.Parallel(n_jobs=2)([joblib.delayed(right)(b"a" * size)]) == [True]


def report(size, rounds, seconds):
    """The table of one size, and who was ahead."""
    ratios, aims = part_of(seconds, "share"), aims_at(size, seconds)
    measure = f"share({say_size(size)}), every byte read"
    print_table(f"{measure}, {rounds} rounds in turns", seconds, "share / this", ratios, aims)
    ahead = ", ".join(name for name in ahead_of(seconds, "share") if name != BARE)
    print(f"  clearly ahead of share: {ahead or 'none of these tools'}\n")
    for name, ratio in ratios.items():
        record(measure, name, ratio, aims.get(name))


def aims_at(size, seconds):
    """By way, how many times as long ``share`` may take."""
    aims = {BARE: AIM_SMALL if size < AIM_FROM else AIM, "SharedMemory": AIM_LEVEL}
    if size >= LARGE_FROM:
        aims |= dict.fromkeys(COPYING, 1)
    if size >= LARGE:
        aims |= dict.fromkeys(PICKLING, 0.5)
    return {name: aim for name, aim in aims.items() if name in seconds}


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
