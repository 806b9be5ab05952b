"""The experiment of ``share`` written with ``os.fork`` where one stands: in a kernel, or in a script of its own.

usage: python by_hand.py BYTES      (prints the seconds that it took)
"""

import mmap
import os
import sys
import time

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


if __name__ == "__main__":
    wanted = int(sys.argv[1])
    took, sent = seconds_of(lambda: by_hand(wanted, 97, equal_bytes))
    assert int(sent) == wanted, sent
    print(took)
