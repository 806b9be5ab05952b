"""How fast is it to say what a GiB holds? Next to C's ``memcmp`` over the same block.

Once where the block has been filled, and once in a new child, where no page is mapped yet, as when ``share`` looks.

usage: python tools/benchmarks/look.py      (about 15 seconds; needs a GiB of free memory)
"""

import ctypes
import os
import struct

from machine import machine
from ratios import ratio_of, verdict
from results import record
from rounds import in_turns, note, print_table, timed, times

from shmlesson.memory.block import PAGE, fill, look, map_block

SIZE = 1 << 30  # bytes
BYTE = ord("a")
ROUNDS = 9
STEP = 1 << 20  # bytes written at a time
AIM = 2.1  # times memcmp, for equal bytes
MEMCMP, EQUAL = "memcmp", "equal bytes"
SECONDS = struct.Struct("d")  # what a child sends
MANY = {  # what has too many runs to tell, a step of it
    "alternating pages": lambda: (b"a" * PAGE + b"b" * PAGE) * (STEP // PAGE // 2),
    "random bytes": lambda: os.urandom(STEP),
}
COMPARE = ctypes.CDLL(None).memcmp
COMPARE.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)


def main():
    """Measure and print: equal bytes in turns with ``memcmp``, then contents of too many runs."""
    with map_block(SIZE) as block:
        here, in_child = look_at_equal(block)
        for name, step in MANY.items():
            here[name], seen = look_at_many(block, name, step)
            assert seen.capped, seen
    title = f"What a block of 1 GiB holds, {ROUNDS} rounds, memcmp and equal bytes in turns: where it was filled"
    report(title, "look at 1 GiB", here)
    print(f"  The last two are capped at {len(seen.runs)} runs. Aim: no slower than equal bytes")
    for name in MANY:
        bounded(name, ratio_of(here[name], here[EQUAL]))
    report("\nThe same in a child that has just been forked", "look at 1 GiB in a new child", in_child)
    print()


def report(title, measure, seconds):
    """The table, and the result for equal bytes."""
    ratios = times(seconds, MEMCMP)
    print_table(title, seconds, "times memcmp", ratios, {EQUAL: AIM})
    record(f"{measure}, {EQUAL}", "C's memcmp", ratios[EQUAL], AIM)


def bounded(name, ratio):
    """Say how long a look at what has too many runs takes beside one at equal bytes, and keep that."""
    print(f"  {name}: {ratio} of equal bytes: {verdict(ratio.middle, 1)}")
    record(f"look at 1 GiB, {name}", f"the look at {EQUAL}", ratio, 1)


def look_at_equal(block):
    """Seconds of ``memcmp`` and of ``look`` when every byte is the same: in this process, and in new children."""
    note("a look at equal bytes")
    fill(block, BYTE)
    assert look(block).runs == ((0, SIZE, BYTE),)
    ways = {MEMCMP: timed(lambda: compare(block)), EQUAL: timed(lambda: look(block))}
    in_child = {name: lambda way=way: forked(way) for name, way in ways.items()}
    return in_turns(ways, ROUNDS), in_turns(in_child, ROUNDS)


def forked(way):
    """What ``way()`` returns in a child of its own."""
    report, send = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(send, SECONDS.pack(way()))
        finally:
            os._exit(0)
    os.close(send)
    with open(report, "rb") as sent:
        seconds = SECONDS.unpack(sent.read())[0]
    os.waitpid(pid, 0)
    return seconds


def compare(block):
    """C's ``memcmp`` of each byte with the next one, in one call: it is 0 when all are equal."""
    pin = ctypes.c_char.from_buffer(block)
    start = ctypes.addressof(pin)
    assert COMPARE(start, start + 1, len(block) - 1) == 0


def look_at_many(block, name, step):
    """Seconds of ``look`` at a block of such steps, and what it saw."""
    note(f"a look at {name}")
    for start in range(0, len(block), STEP):
        block[start : start + STEP] = step()
    return in_turns({name: timed(lambda: look(block))}, ROUNDS)[name], look(block)


if __name__ == "__main__":
    print(machine(), end="\n\n")
    main()
