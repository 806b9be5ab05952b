"""Ways to start a process that reads 100 bytes; this runs in the kernels that the part ``share`` starts.

What is imported up here is imported by every process that ``spawn`` starts, too, so most of it comes later.
"""

import contextlib
import multiprocessing
import subprocess
import sys
import warnings

from by_hand import by_hand, whole

SIZE = 100  # bytes
BYTE = ord("a")
SHARE = "share"
FORKED = "os.fork in the kernel"
METHODS = ("fork", "forkserver", "spawn")
READ = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"


def measure(rounds):
    """Seconds by way, in turns."""
    from rounds import in_turns, timed

    with warnings.catch_warnings(), warm_pool() as pool:
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12+: a kernel has threads, and should not fork
        return in_turns({name: timed(way) for name, way in ways(pool).items()}, rounds)


def ways(pool):
    """All of them, by name; each checks what its process has read."""
    from shmlesson import share

    return {
        SHARE: lambda: check(share(SIZE, "a").child.saw.runs, ((0, SIZE, BYTE),)),
        FORKED: lambda: check(by_hand(SIZE, BYTE, whole)),
        **{f"multiprocessing, {name}": lambda name=name: check(send_to_new(name)) for name in METHODS},
        "a fresh interpreter": lambda: check(fresh_interpreter()),
        "warm Pool": lambda: check(pool.apply(bytes, (data(),))),
    }


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
