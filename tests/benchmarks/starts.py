"""What do other ways of starting a process for 100 bytes cost in a kernel? Next to ``share``, in turns.

usage: python tests/benchmarks/starts.py      (about half a minute)
"""

import contextlib
import multiprocessing
import subprocess
import sys
import warnings

from by_hand import by_hand, whole

SIZE = 100  # bytes
BYTE = ord("a")
ROUNDS = 30
FORKED = "os.fork in the kernel"
AIM = 0.5  # share, times os.fork in the kernel
METHODS = ("fork", "forkserver", "spawn")
POOL = "warm Pool"
READ = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"


def main():
    """Measure in a kernel and print."""
    from kernel import kernel_of
    from rounds import print_table, times
    from share import note, verdict

    note("other ways to start a process")
    with kernel_of("", 0) as kernel:
        seconds = kernel.ask(f"starts.measure({ROUNDS})", "starts")
    ratios = times(seconds, "share")
    print_table(f"{SIZE} bytes in a small kernel, {ROUNDS} rounds in turns", seconds, "times share", ratios, {})
    ours = 1 / ratios[FORKED]
    print(f"  share takes {ours:.2f} of {FORKED}; aim {AIM}: {verdict(ours, AIM)}")
    ahead = [f"{name} (share takes {1 / ratio:.0f} times as long)" for name, ratio in ratios.items() if ratio < 1]
    print(f"  ahead of share: {', '.join(ahead) or 'none of these'}\n")


def measure(rounds):
    """Seconds by way; this runs in the kernel."""
    from rounds import in_turns, timed

    from shmlesson import share

    with warnings.catch_warnings(), warm_pool() as pool:
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12+: a kernel has threads, and should not fork
        ways = {
            "share": lambda: check(share(SIZE, "a").child.saw.runs, ((0, SIZE, BYTE),)),
            FORKED: lambda: check(by_hand(SIZE, BYTE, whole)),
            **{f"multiprocessing, {name}": lambda name=name: check(send_to_new(name)) for name in METHODS},
            "a fresh interpreter": lambda: check(fresh_interpreter()),
            POOL: lambda: check(pool.apply(bytes, (data(),))),
        }
        return in_turns({name: timed(way) for name, way in ways.items()}, rounds)


def data():
    return bytes([BYTE]) * SIZE


def check(sent, expected=None):
    """The other process has read what it should."""
    assert sent == (expected or data()), sent


@contextlib.contextmanager
def warm_pool():
    """One process that has been started before."""
    pool = multiprocessing.get_context("fork").Pool(1)
    try:
        yield pool
    finally:
        pool.close()
        pool.join()


def send_to_new(method):
    """Start a ``Process``, send it the bytes over a ``Pipe``, have it send them back; what it sent."""
    context = multiprocessing.get_context(method)
    mine, its = context.Pipe()
    process = context.Process(target=send_back, args=(its,))
    process.start()
    its.close()
    mine.send_bytes(data())
    sent = mine.recv_bytes()
    process.join()
    mine.close()
    return sent


def send_back(end):
    end.send_bytes(end.recv_bytes())


def fresh_interpreter():
    """The same with the standard streams of a new Python."""
    return subprocess.run([sys.executable, "-I", "-c", READ], input=data(), check=True, capture_output=True).stdout


if __name__ == "__main__":
    from share import machine

    print(machine(), end="\n\n")
    main()
