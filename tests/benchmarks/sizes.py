"""How fast is ``share`` from 4 KiB to a GiB? Next to a bare script, and to what people use instead.

usage: python tests/benchmarks/sizes.py      (about two minutes; needs 5 GiB of free memory for a block of 1 GiB)
"""

import importlib.util

from rounds import ahead_of, in_turns, part_of, print_table, timed
from share import LARGE, SCRIPT, machine, note, output_of

from shmlesson import available_memory, compare, share
from shmlesson.comparison import TOOLS
from shmlesson.forkserver.tools import right
from shmlesson.sizes import say_size

ROUNDS = {4 << 10: 60, 1 << 20: 40, 64 << 20: 9, LARGE: 3}  # by size in bytes
COPIES = 5  # of a block that must fit in memory: what is pickled is there four times, and once in the script
TIMEOUT = 120  # seconds for one measurement
BARE = "bare script"  # what it does is timed, not its start
AIM_SMALL, AIM = 1.5, 1.1  # times the bare script: up to AIM_FROM, and from there on
AIM_FROM = 1 << 20  # bytes
AIM_LEVEL = 1.1  # times SharedMemory
LARGE_FROM = 64 << 20  # bytes from which share is ahead of what copies
PICKLING = ("Pipe.send", "Queue", "warm Pool", "joblib, warm")
COPYING = ("Pipe.send_bytes", *PICKLING)


def main():
    """Measure and print, one size after the other."""
    for size, rounds in ROUNDS.items():
        if available_memory() < COPIES * size:
            print(f"{say_size(size)} was not measured: it needs {say_size(COPIES * size)} of free memory.\n")
            continue
        note(f"{say_size(size)}, every way")
        report(size, rounds, measure(size, rounds))
    if not importlib.util.find_spec("joblib"):
        print("joblib is not installed here, so it was not measured.\n")


def measure(size, rounds):
    """Seconds by way. ``compare`` goes through all of its tools each time that it is their turn."""
    peers = {tool: [] for tool in TOOLS}
    ways = {
        BARE: lambda: run_script(size),
        "share": timed(lambda: shared(size)),
        "peers": lambda: ask_peers(size, peers),
    }
    if importlib.util.find_spec("joblib"):
        ways["joblib, warm"] = timed(lambda: with_joblib(size))
    seconds = in_turns(ways, rounds, warm=int(size < LARGE))
    del seconds["peers"]
    return seconds | {tool: values[-rounds:] for tool, values in peers.items()}


def run_script(size):
    """How long the experiment takes a script that does it once."""
    return float(output_of(str(SCRIPT), str(size)))


def shared(size):
    """``share``, and that its child saw what it should."""
    run = share(size, "a", timeout=TIMEOUT)
    assert run.child.saw.runs == ((0, size, ord("a")),), run


def ask_peers(size, peers):
    """One measurement of every tool, added to ``peers``; their seconds together."""
    seconds = compare([size], repeats=1, timeout=TIMEOUT).seconds
    for tool, values in peers.items():
        values.append(seconds[tool, size])
    return sum(seconds.values())


def with_joblib(size):
    """The bytes to a process that joblib keeps ready, which reads each."""
    import joblib

    assert joblib.Parallel(n_jobs=2)([joblib.delayed(right)(b"a" * size)]) == [True]


def report(size, rounds, seconds):
    """The table of one size, and who was ahead."""
    ratios = part_of(seconds, "share")
    title = f"share({say_size(size)}), every byte read, {rounds} rounds in turns"
    print_table(title, seconds, "share / this", ratios, aims_at(size, seconds))
    ahead = ", ".join(name for name in ahead_of(seconds, "share") if name != BARE)
    print(f"  clearly ahead of share: {ahead or 'none of these tools'}\n")


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
