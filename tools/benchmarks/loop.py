"""The experiment of ``trials`` as a bare loop in a script: map, fork, write in the parent, compare in the child, reap.

usage: python loop.py COUNT BYTES      (prints the seconds that all turns took)
"""

import mmap
import os
import sys

from by_hand import seconds_of

BYTE = b"a"


def loop(count, size):
    """In how many of so many turns the child saw what the parent wrote. It does not wait, so it need not."""
    return sum(turn(BYTE * size) for _ in range(count))


def turn(data):
    """Whether the child saw ``data``."""
    with mmap.mmap(-1, len(data)) as block:
        pid = os.fork()
        if pid == 0:
            os._exit(block[:] != data)
        block[:] = data
        return os.waitpid(pid, 0)[1] == 0


if __name__ == "__main__":
    took, seen = seconds_of(lambda: loop(int(sys.argv[1]), int(sys.argv[2])))
    print(took)
