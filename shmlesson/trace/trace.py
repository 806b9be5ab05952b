"""A trace: the facts of one run, without a judgement."""

from __future__ import annotations

from dataclasses import dataclass

from .event import Event
from .process import Process, how_it_ended


@dataclass(frozen=True)
class Trace:
    """What really happened: every process of one experiment, and every event in the order of the reports.

    ``call`` is what was asked for, as Python. ``stopped_after`` is the deadline in seconds if it ended the run, else
    None; ``stopped_at`` the number of processes, if that limit did. ``dropped`` counts characters of output beyond the
    limit, ``truncated`` events beyond the many that are kept; ``stray`` is what programs that a process started
    wrote to the screen. ``source`` is the text of the program that ran; empty for a lesson.
    """

    call: str
    processes: tuple[Process, ...]
    events: tuple[Event, ...]
    stopped_after: float | None = None
    stopped_at: int | None = None
    dropped: int = 0
    truncated: int = 0
    stray: str = ""
    source: str = ""

    @property
    def parent(self) -> Process:
        """The process that the run began with."""
        return self["parent"]

    @property
    def children(self) -> tuple[Process, ...]:
        """All the other processes, in the order in which they were named."""
        return tuple(process for process in self.processes if process.name != "parent")

    @property
    def child(self) -> Process:
        """The parent's first child; ``LookupError`` if nothing was forked."""
        return self["child 1"]

    def __getitem__(self, name: str) -> Process:
        """The process in the role ``name``, such as ``"child 2"``."""
        for process in self.processes:
            if process.name == name:
                return process
        there = ", ".join(process.name for process in self.processes) or "none"
        raise LookupError(f"no process {name!r} in this run; it had: {there}")

    def __repr__(self) -> str:
        return f"<Run of {self.call}: {'; '.join(f'{p.name} {how_it_ended(p)}' for p in self.processes)}>"
