"""Pools of one process that reads n bytes: cold ones are started for it and ended, warm ones are there before.

Each runs in a Python of its own, so that nothing is forked beside the threads of another one.

usage: python pools.py NAME BYTES      (prints the seconds that it took)
"""

import contextlib
import multiprocessing.pool  # or the first Pool would import it
import sys
from concurrent.futures import ProcessPoolExecutor

from by_hand import seconds_of

from shmlesson.forkserver.experiments.compare import right

CONTEXT = multiprocessing.get_context("fork")
WARMING = 10  # tasks before the one that counts


def main(name, size):
    """Time one pool, by name."""
    pool, act = POOLS[name]
    took, answer = seconds_of(lambda: cold(pool, size)) if act is cold else warm(pool, size)
    assert answer is True, answer
    print(took)


def cold(pool, size):
    """Start the pool, have it read so many bytes, and end it."""
    with pool() as apply:
        return apply(right, b"a" * size)


def warm(pool, size):
    """The seconds that a pool takes which has done other tasks before, and its answer."""
    with pool() as apply:
        for _ in range(WARMING):
            apply(right, b"a")
        return seconds_of(lambda: apply(right, b"a" * size))


@contextlib.contextmanager
def of_multiprocessing():
    """What applies a function in a process of a ``Pool``."""
    pool = CONTEXT.Pool(1)
    try:
        yield lambda function, data: pool.apply(function, (data,))
    finally:
        pool.close()
        pool.join()


@contextlib.contextmanager
def of_futures():
    """What applies a function in a process of a ``ProcessPoolExecutor``."""
    with ProcessPoolExecutor(1, mp_context=CONTEXT) as executor:
        yield lambda function, data: executor.submit(function, data).result()


POOLS = {  # the warm Pool is one of the tools that ``compare`` measures
    "cold Pool": (of_multiprocessing, cold),
    "ProcessPoolExecutor, cold": (of_futures, cold),
    "ProcessPoolExecutor, warm": (of_futures, warm),
}

if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
