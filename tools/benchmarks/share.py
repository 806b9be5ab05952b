"""How fast is ``share(100)`` in a kernel, and does that grow with it? Next to every other way to start a process there.

usage: python tools/benchmarks/share.py      (about a minute)
"""

from kernel import kernel_of
from machine import machine
from ratios import ratio_of, verdict
from results import record
from rounds import ahead_of, note, part_of, print_table
from starts import FORKED, SHARE, SIZE

MB = 10**6
ROUNDS = 30  # with each kernel
KERNELS = (0, 200 * MB, 1000 * MB)  # bytes of memory that ballast brings each to
AIM = 0.5  # of the time of a fork in the kernel
AIM_GROWTH = 1.25  # "flat", from the smallest kernel to the largest


def main():
    """Measure and print, one kernel after the other, and then how ``share`` grows with them."""
    ours = [in_kernel(target) for target in KERNELS]
    growth = ratio_of(ours[-1], ours[0])
    print(f"share, largest kernel to smallest: {growth}   aim {AIM_GROWTH}: {verdict(growth.middle, AIM_GROWTH)}\n")
    record(f"share({SIZE}) in the largest kernel", "the smallest kernel", growth, AIM_GROWTH)


def in_kernel(target):
    """Measure and print all ways in one kernel; the seconds of ``share``."""
    note(f"ways to start a process in a kernel of {target // MB or 'a few'} MB")
    with kernel_of(target) as kernel:
        memory = kernel.ask("psutil.Process().memory_info().rss", "psutil")
        seconds = kernel.ask(f"starts.measure({ROUNDS})", "starts")
    report(f"share({SIZE}) in a kernel of {memory / MB:.0f} MB", seconds)
    return seconds[SHARE]


def report(measure, seconds):
    """The table of one kernel, and who was ahead there."""
    ratios = part_of(seconds, SHARE)
    print_table(f"{measure}, {ROUNDS} rounds in turns", seconds, "share / this", ratios, {FORKED: AIM})
    ahead = [f"{name} (share takes {ratios[name].middle:.0f} times as long)" for name in ahead_of(seconds, SHARE)]
    print(f"  clearly ahead of share: {', '.join(ahead) or 'none of these'}\n")
    for name, ratio in ratios.items():
        record(measure, name, ratio, AIM if name == FORKED else None)


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
