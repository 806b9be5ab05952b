"""How fast is ``share``? It is compared with the same experiment written by hand, side by side in the same run.

usage: python tests/benchmarks/share.py      (about a minute; writes nothing but what it prints)
"""

import os
import platform
import subprocess
import sys
from pathlib import Path
from statistics import quantiles

import by_hand
from kernel import kernel_of
from peak import PeakWatch

from shmlesson import available_memory, share
from shmlesson.server import SERVER

MB = 10**6
ROUNDS = 60  # with each kernel
KERNELS = (  # name, what it has imported, bytes of memory that ballast brings it to
    ("bare", "", 0),
    ("with widgets", "import shmlesson.views", 0),
    ("200 MB", "", 200 * MB),
    ("1 GB", "", 1000 * MB),
)
STARTS = 15
LARGE = 1 << 30  # bytes
LARGE_ROUNDS = 3
AIM_RATIO = 0.5  # of the time by hand
AIM_GROWTH = 1.25  # "about 1", from the smallest kernel to the largest
AIM_EXTRA = 50 * MB  # beyond the block, for every process
SCRIPT = Path(by_hand.__file__)
FIRST_SHARE = """
import by_hand
from shmlesson import share
print(by_hand.seconds_of(lambda: share(100, "a"))[0])
"""


def main():
    """Measure and print, one table after the other."""
    print(machine(), end="\n\n")
    compare_in_kernels()
    compare_starts()
    if available_memory() < 2 * LARGE:
        print(f"A block of {LARGE >> 30} GiB was not measured: it needs {2 * LARGE >> 30} GiB of free memory.")
        return
    compare_large()
    measure_memory()


def machine():
    """What was measured on, in one line."""
    import psutil

    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )


def compare_in_kernels():
    """``share(100, "a")`` and the same by hand, in kernels of several sizes; then how ``share`` grows with them."""
    print(f"In a kernel, 100 bytes, medians of {ROUNDS} rounds in turns (from the lower to the upper quartile), ms")
    print(f"{'kernel':<13}{'memory':>8}{'by hand':>24}{'share':>24}{'ratio':>8}   aim {AIM_RATIO}")
    medians = []
    for name, imports, target in KERNELS:
        note(f"a kernel: {name}")
        resident, seconds = in_kernel(imports, target)
        hand, ours = median(seconds["by hand"]), median(seconds["share"])
        medians.append(ours)
        columns = f"{spread(seconds['by hand']):>24}{spread(seconds['share']):>24}{ours / hand:>8.2f}"
        print(f"{name:<13}{resident / MB:>5.0f} MB{columns}   {verdict(ours / hand, AIM_RATIO)}", flush=True)
    growth = medians[-1] / medians[0]
    print(f"share, largest kernel to smallest: {growth:.2f}   aim {AIM_GROWTH}: {verdict(growth, AIM_GROWTH)}\n")


def in_kernel(imports, target):
    """How many bytes a new kernel held, and what both ways took in it."""
    with kernel_of(imports, target) as kernel:
        resident = kernel.ask("psutil.Process().memory_info().rss", "psutil")
        return resident, kernel.ask(f"by_hand.in_turns({ROUNDS})", "by_hand")


def compare_starts():
    """The first ``share`` of a process, which starts the fork server, next to the start of a bare interpreter."""
    note("first calls")
    bare, first = [], []
    for _ in range(STARTS):
        bare.append(by_hand.seconds_of(lambda: output_of("-I", "-c", "pass"))[0])
        first.append(float(output_of("-c", FIRST_SHARE)))
    print(f"First call in a new process, medians of {STARTS} in turns, ms")
    print(f"  start and end of a bare interpreter {spread(bare)}")
    print(f"  first share, server included        {spread(first)}, {median(first) / median(bare):.2f} times that\n")


def compare_large():
    """A GiB, filled and read, with ``share`` and by a bare script."""
    bare, ours = [], []
    for number in range(LARGE_ROUNDS):
        note(f"a block of {LARGE >> 30} GiB, {number + 1} of {LARGE_ROUNDS}")
        bare.append(float(output_of(str(SCRIPT), str(LARGE))))
        took, run = by_hand.seconds_of(lambda: share(LARGE, "a", timeout=120))
        assert run.child.saw.runs == ((0, LARGE, 97),), run
        ours.append(took)
    print(f"A block of {LARGE >> 30} GiB, every byte read, medians of {LARGE_ROUNDS} in turns, s")
    print(f"  bare script {median(bare):.2f}")
    print(f"  share       {median(ours):.2f}, {median(ours) / median(bare):.2f} times that\n")


def measure_memory():
    """The peak of every process while ``share`` handles a GiB: at most the block and a little."""
    note("its memory")
    with PeakWatch(os.getpid()) as watch:
        run = share(LARGE, "a", timeout=120)
    roles = {os.getpid(): "the caller", SERVER.pid: "the fork server", **{p.pid: p.name for p in run.processes}}
    print(f"Peak memory while share handles {LARGE >> 30} GiB, MB ({LARGE / MB:.0f} are the block)")
    print(f"                 peak  beyond the block   aim {AIM_EXTRA // MB}")
    for pid, role in roles.items():
        peak = watch.peaks.get(pid, 0)
        beyond = max(0, peak - LARGE)
        print(f"  {role:<15}{peak / MB:>8.1f}{beyond / MB:>13.1f}       {verdict(beyond, AIM_EXTRA, peak)}")


def output_of(*arguments):
    """What a Python of its own prints; its modules are those beside this file."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=SCRIPT.parent, check=True, capture_output=True, text=True, timeout=120).stdout


def median(seconds):
    return quantiles(seconds, n=4, method="inclusive")[1]


def spread(seconds):
    """Median and quartiles in ms: ``1.23 (1.10 - 1.50)``."""
    low, middle, high = (1000 * value for value in quantiles(seconds, n=4, method="inclusive"))
    return f"{middle:.2f} ({low:.2f} - {high:.2f})"


def verdict(value, aim, measured=True):
    if not measured:
        return "not measured"
    return "met" if value <= aim else "missed"


def note(what):
    """Say on stderr what is being measured."""
    print(f"measuring {what} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
