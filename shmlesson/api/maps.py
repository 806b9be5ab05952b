"""One block in the kernel's own map of two processes: the line of each, and its pages before and after each write."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import groupby

from ..analysis.run import Run
from ..client.experiment import complete, run_experiment
from ..client.settings import MAPPINGS, block_call, check_choice, check_timeout
from ..memory.available import room_for
from ..memory.block import inode_in, permissions_in
from ..memory.sizes import check_size, say_size
from ..trace.event import Event

ELSEWHERE = (
    "This system has no /proc/self/smaps, so its kernel does not tell what a process has mapped; "
    "run this on Linux, in WSL, or in a Linux container or server to see it."
)
_SMAPS = "/proc/self/smaps"


@dataclass(frozen=True, slots=True)
class Mapping:
    """What one process said of the block at one moment: its line in ``/proc/self/maps``, and numbers in bytes.

    ``rss``: how much of the block this process has in memory; ``pss``: the same, each page divided by how many
    processes have it; clean and dirty ``shared`` pages are those that another process has too, ``private`` those that
    none has, whichever kind of mapping it is. See proc_pid_smaps(5).
    """

    line: str
    size: int
    rss: int
    pss: int
    shared_clean: int
    shared_dirty: int
    private_clean: int
    private_dirty: int

    @property
    def permissions(self) -> str:
        """``rw-s`` where the mapping is shared, ``rw-p`` where it is private."""
        return permissions_in(self.line)

    @property
    def inode(self) -> int:
        """The number of the file behind the mapping, 0 for none; a shared block has a nameless one."""
        return inode_in(self.line)

    @property
    def shared(self) -> int:
        """Bytes in pages that another process has too."""
        return self.shared_clean + self.shared_dirty

    @property
    def private(self) -> int:
        """Bytes in pages that no other process has."""
        return self.private_clean + self.private_dirty


@dataclass(frozen=True, slots=True)
class Maps:
    """What a parent and its child said of one block, step by step: ``maps["after the parent wrote"]["child 1"].rss``.

    ``call`` is what was asked for, as Python. ``looks`` holds pairs of a step and its mappings by process, in order;
    none where the system does not tell (``available`` is false).
    """

    call: str
    looks: tuple[tuple[str, dict[str, Mapping]], ...] = ()

    @property
    def available(self) -> bool:
        """Whether this system tells what a process has mapped: Linux does."""
        return bool(self.looks)

    @property
    def steps(self) -> tuple[str, ...]:
        """``before any write``, ``after the parent wrote``, ``after the child wrote``."""
        return tuple(step for step, _ in self.looks)

    def __getitem__(self, step: str) -> dict[str, Mapping]:
        """What each process, by its role, said in this step."""
        for name, mappings in self.looks:
            if name == step:
                return mappings
        raise LookupError(f"no step {step!r} in these maps; they have: {', '.join(self.steps) or 'none'}")

    @property
    def size(self) -> int:
        """Bytes of the block in whole pages, 0 where the system does not tell."""
        return max((mapping.size for mapping in self._all()), default=0)

    @property
    def inodes(self) -> tuple[int, ...]:
        """The inode of each process's mapping, the parent's first."""
        return tuple(mapping.inode for mapping in self.looks[-1][1].values()) if self.looks else ()

    @property
    def same_inode(self) -> bool:
        """Whether the mappings of both processes have one file behind them: it is one block for both."""
        inodes = {mapping.inode for mapping in self._all()}
        return len(inodes) == 1 and 0 not in inodes

    def total_pss(self, step: str) -> int:
        """The sum of ``pss`` over both processes: the memory that the block takes in this step, in bytes."""
        return sum(mapping.pss for mapping in self[step].values())

    def _all(self) -> list[Mapping]:
        return [mapping for _, mappings in self.looks for mapping in mappings.values()]

    def __str__(self) -> str:
        """The line of each process, and a table with a row for each process in each step."""
        if not self.available:
            return f"{self.call}: {ELSEWHERE}"
        lines = [f"{name:<9}{mapping.line.rstrip()}" for name, mapping in self.looks[-1][1].items()]
        return "\n".join(
            [f"{self.call}: one block, as the kernel tells each process", *lines, inode_in_words(self), *_table(self)]
        )

    __repr__ = __str__


def inode_in_words(maps: Maps) -> str:
    """One sentence: whether both lines have the same inode, and what follows from it."""
    inodes = maps.inodes
    if maps.same_inode:
        return f"Same inode, {inodes[0]}: one block for both."
    if set(inodes) == {0}:
        return "No inode (0): private, so a page that is written becomes the writer’s own."
    return f"Different inodes, {' and '.join(map(str, inodes))}: not the same block."


def _table(maps: Maps) -> list[str]:
    head = f"{'':<11}" + "".join(f"{title:>11}" for title in ("Rss", "Pss", "shared", "private"))
    rows = []
    for step, mappings in maps.looks:
        rows += [f"{step}:", *(_row(name, mapping) for name, mapping in mappings.items())]
        rows.append(f"  {'sum':<9}{'':>11}{say_size(maps.total_pss(step)):>11}")
    return [head, *rows]


def _row(name: str, mapping: Mapping) -> str:
    numbers = (mapping.rss, mapping.pss, mapping.shared, mapping.private)
    return f"  {name:<9}" + "".join(f"{say_size(number):>11}" for number in numbers)


def maps(size: int = 4 * 4096, *, memory: str = "shared", timeout: float = 10) -> Maps:
    """Map a block, fork, let first the parent write all of it, then the child; what each read in its own ``/proc``.

    ``size``: bytes of the block. ``memory``: ``"shared"`` or ``"private"`` mapping. ``timeout``: seconds after which
    the run is ended. Raises as ``share`` does; where there is no ``/proc/self/smaps`` it says so, and runs nothing.
    """
    check_timeout(timeout)
    size, memory = check_size(size), check_choice("memory", memory, MAPPINGS)
    room_for(size, copies=1 if memory == "shared" else 2)
    call = block_call("maps", size, memory)
    if not os.path.exists(_SMAPS):
        return Maps(call)
    return Maps(call, _looks(complete(run_experiment(call, "maps", {"size": size, "memory": memory}, timeout))))


def _looks(run: Run) -> tuple[tuple[str, dict[str, Mapping]], ...]:
    events = [event for event in run.events if event.kind == "looks up"]
    steps = groupby(events, key=lambda event: event.detail["step"])  # they took turns, so each step is in one piece
    return tuple((step, {event.process: _mapping(event) for event in group}) for step, group in steps)


def _mapping(event: Event) -> Mapping:
    numbers = event.detail["numbers"]
    return Mapping(event.detail["line"], **{field.lower(): number for field, number in numbers.items()})
