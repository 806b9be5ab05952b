"""Anonymous blocks: map them, fill them, say what they hold."""

from __future__ import annotations

import mmap
import os
import sys
from itertools import groupby

from .contents import MOST_RUNS, Contents

Block = mmap.mmap | bytearray | memoryview

MEMORY = ("shared", "private", "bytearray")
PAGE = mmap.PAGESIZE
_MADV_POPULATE_READ = 22  # from <linux/mman.h>; see madvise(2)
_LEAP = 1 << 20  # bytes compared in one go
_STEP = 1 << 16  # bytes read or written at a time: memory speed, and few new pages in a new process


def map_block(size: int, memory: str = "shared") -> Block:
    """A new block of ``size`` bytes: a shared mapping, a private one, or plain memory of this process."""
    if memory == "bytearray":
        return bytearray(size)
    if memory == "private":
        return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return mmap.mmap(-1, size)


def fill(block: Block, byte: int) -> None:
    """Set every byte of ``block`` to ``byte`` (0-255), without a second block's worth of memory."""
    size = len(block)
    step = bytes([byte]) * min(size, _STEP)
    for start in range(0, size, _STEP):
        block[start : start + _STEP] = step[: size - start]


def look(block: Block | bytes) -> Contents:
    """What ``block`` holds now, every byte read once; capped where there are too many runs to keep."""
    size, offset = len(block), 0
    _touch(block)
    runs: list[tuple[int, int, int]] = []
    while offset < size and len(runs) < MOST_RUNS:
        length, byte = _run_at(block, offset)
        runs.append((offset, length, byte))
        offset += length
    return Contents(size, runs, capped=offset < size)


def wire_of(data: bytes) -> list[int]:
    """``look(data).to_wire()``, quickly for the few bytes that one access is about."""
    if len(data) > MOST_RUNS:
        return look(data).to_wire()
    if len(data) == 1:
        return [1, 0, 1, data[0]]
    return [len(data), 0, *(number for byte, run in groupby(data) for number in (len([*run]), byte))]


def _touch(block: Block | bytes) -> None:
    """Have the kernel provide every page in one call: one by one, at the first read, takes three times as long."""
    if isinstance(block, mmap.mmap) and len(block) > 16 * PAGE and sys.platform == "linux":
        try:
            block.madvise(_MADV_POPULATE_READ)
        except OSError:
            pass  # before Linux 5.14; then page by page


def _run_at(block: Block | bytes, start: int) -> tuple[int, int]:
    """How many bytes from ``start`` on are equal, and to which byte."""
    step, end = 64, start  # short runs cost little; long ones soon go at memory speed
    piece = bytes(block[start : start + step])
    byte = piece[:1]
    same = byte * step
    while piece:
        if piece != same[: len(piece)]:
            return end - start + len(piece) - len(piece.lstrip(byte)), byte[0]
        end += len(piece)
        if step < _STEP:
            step *= 4
            same = byte * step
            end = _leap(block, end) if step == _STEP else end
        piece = bytes(block[end : end + step])
    return end - start, byte[0]


def _leap(block: Block | bytes, end: int) -> int:
    """How far, in whole leaps, the byte before ``end`` goes on: memory equals itself shifted by one (see memcmp(3))."""
    if len(block) - end < _LEAP or memoryview(block).readonly:
        return end
    from .libc import Address, function, pinned

    compare = function("memcmp")
    address, _pin = pinned(block)
    while len(block) - end >= _LEAP and not compare(Address(address + end - 1), Address(address + end), Address(_LEAP)):
        end += _LEAP
    return end


def pages(size: int) -> int:
    """How many pages the kernel gives for ``size`` bytes: it only gives whole ones."""
    return -(-size // PAGE)


def map_line(block: mmap.mmap) -> str | None:
    """The line of ``/proc/self/maps`` that holds ``block``, or None where the system has no such file (see proc(5))."""
    from .libc import pinned

    if not os.path.exists("/proc/self/maps"):
        return None
    address, pin = pinned(block)
    del pin  # else the block could not be closed
    with open("/proc/self/maps") as maps:
        return next(line.rstrip("\n") for line in maps if _holds(line, address))


def inode(block: mmap.mmap) -> int | None:
    """The number of the file behind ``block``: its own for each shared block, 0 for a private one; None as above."""
    line = map_line(block)
    return inode_in(line) if line else None


def inode_in(line: str) -> int:
    """What a line of the map says of the file behind a mapping: its number, 0 for none (see proc_pid_maps(5))."""
    return int(line.split()[4])


def permissions_in(line: str) -> str:
    """What it says of who may do what: ``rw-s`` where the mapping is shared, ``rw-p`` where it is private."""
    return line.split()[1]


def _holds(line: str, address: int) -> bool:
    start, end = _addresses(line)
    return start <= address < end


def _addresses(line: str) -> tuple[int, int]:
    """The first address of a line of the map, and the one after the last."""
    start, _, end = line.partition(" ")[0].partition("-")
    return int(start, 16), int(end, 16)


def bytes_on_the_map(block: mmap.mmap) -> int:
    """How many bytes the line of ``block`` on the kernel's map is about; without a map, those of its whole pages.

    For a private block it can be more: Linux puts private neighbours on one line.
    """
    line = map_line(block)
    if line is None:
        return pages(len(block)) * PAGE
    start, end = _addresses(line)
    return end - start
