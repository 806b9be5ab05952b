"""How fast is the first fill of a GiB? Next to C's ``memset``, each on a new mapping.

usage: python tools/benchmarks/fill.py      (about 15 seconds; needs a GiB of free memory)
"""

import ctypes

from by_hand import seconds_of
from machine import machine
from results import record
from rounds import in_turns, note, print_table, times

from shmlesson.memory.block import fill, map_block

SIZE = 1 << 30  # bytes
BYTE = ord("a")
ROUNDS = 9
AIMS = {"fill": 1.2}  # times memset


def main():
    """Measure and print."""
    note("the first fill")
    seconds = in_turns({"memset": lambda: on_new_block(set_memory), "fill": lambda: on_new_block(fill)}, ROUNDS)
    ratios = times(seconds, "memset")
    print_table(f"First fill of a new block of 1 GiB, {ROUNDS} rounds in turns", seconds, "times memset", ratios, AIMS)
    print()
    record("first fill of 1 GiB", "C's memset", ratios["fill"], AIMS["fill"])


def on_new_block(way):
    """How long ``way`` takes to set every byte of a block that nobody has touched."""
    with map_block(SIZE) as block:
        took, _ = seconds_of(lambda: way(block, BYTE))
        assert block[0] == block[-1] == BYTE
    return took


def set_memory(block, byte):
    """C's ``memset`` over the whole block, in one call."""
    pin = ctypes.c_char.from_buffer(block)
    ctypes.memset(ctypes.addressof(pin), byte, len(block))


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
