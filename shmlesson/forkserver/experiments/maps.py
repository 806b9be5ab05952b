"""One block in two processes, before and after each of them writes: each says of itself what the kernel tells of it."""

from __future__ import annotations

import mmap
import os
from itertools import dropwhile, takewhile

from ...memory.block import map_line
from ...wire.messages import close
from ..reporter import Reporter

_FIELDS = ("Size", "Rss", "Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty")
_STEPS = ("before any write", "after the parent wrote", "after the child wrote")


def maps(reporter: Reporter, size: int, memory: str) -> None:
    """Each process looks up the block in every step, one after the other, both alive and neither of them writing."""
    block = reporter.maps(size, memory)
    assert isinstance(block, mmap.mmap)
    _keep_apart(block)
    baton = _Baton()
    pid = reporter.forks()
    baton.take_side(child=pid == 0)
    if pid == 0:
        _be_the_child(reporter, block, baton)
    _be_the_parent(reporter, block, baton)
    reporter.reaps(pid)


def _be_the_parent(reporter: Reporter, block: mmap.mmap, baton: _Baton) -> None:
    for step in _STEPS:
        if step == "after the parent wrote":
            reporter.writes(block, ord("p"))
        _look_up(reporter, block, step)
        baton.give()
        if step != _STEPS[-1]:
            baton.take()


def _be_the_child(reporter: Reporter, block: mmap.mmap, baton: _Baton) -> None:
    for step in _STEPS:
        baton.take()
        _look_up(reporter, block, step)
        if step == "after the parent wrote":
            reporter.writes(block, ord("c"))
        if step != _STEPS[-1]:
            baton.give()
    reporter.ends(0)


class _Baton:
    """Two processes take turns: a byte through one of two pipes says that it is the other's."""

    def __init__(self) -> None:
        self.down, self.up = os.pipe(), os.pipe()

    def take_side(self, child: bool) -> None:
        """After the fork: keep one end of each pipe, so that the end of file comes if the other process is lost."""
        self.read_end, self.write_end = (self.down[0], self.up[1]) if child else (self.up[0], self.down[1])
        close(*{*self.down, *self.up} - {self.read_end, self.write_end})

    def give(self) -> None:
        os.write(self.write_end, b".")

    def take(self) -> None:
        if not os.read(self.read_end, 1):
            raise EOFError("the other process ended before its turn")


def _keep_apart(block: mmap.mmap) -> None:
    """Have the kernel keep a line for this block alone: it joins private neighbours that have the same flags."""
    block.madvise(mmap.MADV_DONTDUMP)  # a flag that changes nothing but what a core dump holds; see madvise(2)


def _look_up(reporter: Reporter, block: mmap.mmap, step: str) -> None:
    line = map_line(block)
    assert line is not None  # the notebook's side does not ask where /proc is missing
    reporter.emit("looks up", step=step, line=line, numbers=_numbers(line))


def _numbers(line: str) -> dict[str, int]:
    """What ``/proc/self/smaps`` says in bytes below this line, which is the same there (see proc_pid_smaps(5))."""
    with open("/proc/self/smaps") as smaps:
        entry = dropwhile(lambda text: text.rstrip("\n") != line, smaps)
        next(entry)
        pairs = (text.split(":") for text in takewhile(lambda text: not text.startswith("VmFlags"), entry))
        return {name: int(value.split()[0]) * 1024 for name, value in pairs if name in _FIELDS}
