"""The experiment of ``share`` written with ``os.fork`` where one stands, and both of them measured in turns.

This runs inside the kernels that the benchmark starts, and as a script: python by_hand.py BYTES
"""

import mmap
import os
import sys
import time
import warnings

STEP = 1 << 20  # bytes filled or compared at a time


def by_hand(size, byte, answer):
    """Map, fork, fill, have the child send ``answer(block)`` back over a pipe, reap it; what it sent."""
    block = mmap.mmap(-1, size)
    word, give_word = os.pipe()
    report, send_report = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.read(word, 1)
            os.write(send_report, answer(block))
        finally:
            os._exit(0)
    fill(block, byte)
    os.write(give_word, b".")
    os.close(send_report)
    sent = b"".join(iter(lambda: os.read(report, 1 << 16), b""))
    os.waitpid(pid, 0)
    for fd in (word, give_word, report):
        os.close(fd)
    block.close()
    return sent


def fill(block, byte):
    """Set every byte, a slice at a time."""
    for start in range(0, len(block), STEP):
        block[start : start + STEP] = bytes([byte]) * min(STEP, len(block) - start)


def whole(block):
    """The block itself: an answer for small ones."""
    return block[:]


def equal_bytes(block):
    """How many bytes equal the first one, a slice compared at a time: an answer for large blocks."""
    step = block[:1] * STEP
    slices = (block[start : start + STEP] for start in range(0, len(block), STEP))
    return str(sum(len(piece) for piece in slices if piece == step[: len(piece)])).encode()


def seconds_of(act):
    """How long ``act()`` takes, and what it returns."""
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


def in_turns(rounds, size=100):
    """Seconds of each round, by hand and with ``share``; the first of each is not counted."""
    from shmlesson import share

    seconds = {"by hand": [], "share": []}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12+: a kernel has threads, and should not fork
        for _ in range(rounds + 1):
            took, sent = seconds_of(lambda: by_hand(size, 97, whole))
            assert sent == b"a" * size, sent
            seconds["by hand"].append(took)
            took, run = seconds_of(lambda: share(size, "a"))
            assert run.child.saw.runs == ((0, size, 97),), run
            seconds["share"].append(took)
    return {way: values[1:] for way, values in seconds.items()}


if __name__ == "__main__":
    wanted = int(sys.argv[1])
    took, sent = seconds_of(lambda: by_hand(wanted, 97, equal_bytes))
    assert int(sent) == wanted, sent
    print(took)
