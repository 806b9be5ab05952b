"""What a process got when it asked for an object of another one: how long it took, and whose memory it lies in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from ..memory.block import inode_in, permissions_in
from ..memory.sizes import say_size

_SMAPS = "/proc/self/smaps"


@dataclass(frozen=True, slots=True)
class Got:
    """What process ``process`` got, by the way ``way``: an array of ``size`` bytes, after ``seconds``.

    ``line``: of the map of its memory, that in which the array lies; ``pss`` and ``rss``: what it says of it, in bytes.
    ``source``: the inode of the memory in which the array lay at the process that had it first; 0 for private memory.
    """

    process: str
    way: str
    size: int
    seconds: float
    line: str
    rss: int
    pss: int
    source: int

    @property
    def permissions(self) -> str:
        """``rw-s`` for shared memory, ``rw-p`` for private memory."""
        return permissions_in(self.line)

    @property
    def inode(self) -> int:
        """The number of the file behind the memory in which the array lies; 0 for private memory."""
        return inode_in(self.line)

    @property
    def same_memory(self) -> bool:
        """Whether it is the memory in which the array lay already: nothing was copied."""
        return self.inode == self.source != 0

    @property
    def milliseconds(self) -> str:
        """How long it took, as ``0.4`` or ``312``."""
        milliseconds = 1000 * self.seconds
        return f"{milliseconds:.1g}" if milliseconds < 1 else f"{milliseconds:,.0f}"

    def __str__(self) -> str:
        """Two sentences: how long it took, and where the array lies."""
        where = "the memory that it was in" if self.same_memory else "other memory than it was in"
        return (
            f"{self.process}: {say_size(self.size)} after {self.milliseconds} ms, in {where}.\n"
            f"/proc/PID/maps says: {' '.join(self.line.split()[1:])}"
        )

    __repr__ = __str__


def getting(get: Callable[[], Any]) -> dict[str, Any]:
    """Call ``get``, which gives an array, read one byte of each page, and say what ``Got`` needs, as plain values."""
    start = time.perf_counter()
    array = get()
    seconds = time.perf_counter() - start
    array[::4096].sum()  # so that each page of it counts in this process
    line, numbers = _mapping_at(array.__array_interface__["data"][0])
    return {
        "size": int(array.nbytes),
        "seconds": seconds,
        "line": line,
        "rss": numbers["Rss"],
        "pss": numbers["Pss"],
        "pid": os.getpid(),
    }


def inode_of(array: Any) -> int:
    """The inode of the memory in which this array lies in this process; 0 for private memory."""
    line, _ = _mapping_at(array.__array_interface__["data"][0])
    return inode_in(line)


def _mapping_at(address: int) -> tuple[str, dict[str, int]]:
    """The line of the kernel's map for this address, and the numbers below it, in bytes (see proc_pid_smaps(5))."""
    with open(_SMAPS) as smaps:
        for line in smaps:
            start, _, end = line.split()[0].partition("-")
            if end and int(start, 16) <= address < int(end, 16):
                pairs = (text.split(":") for text in takewhile(lambda text: not text.startswith("VmFlags"), smaps))
                return line.rstrip(), {key: int(value.split()[0]) * 1024 for key, value in pairs if "kB" in value}
    raise LookupError(f"nothing is mapped at this address: {address:#x}")
