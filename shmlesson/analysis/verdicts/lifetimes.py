"""Lifetimes: what each process of a run did, where it was forked, and where it stopped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...wire.kinds import Edge, kinds_with
from ...wire.roles import child_towards, descends

if TYPE_CHECKING:
    from ...trace.event import Event
    from ...trace.process import Process
    from ...trace.trace import Trace

_ASIDE = kinds_with("aside")


class Lifetimes:
    """The events of a run by process, each with its position in the order of the reports."""

    def __init__(self, run: Trace) -> None:
        self.processes: dict[str, Process] = {process.name: process for process in run.processes}
        self.own: defaultdict[str, list[tuple[int, Event]]] = defaultdict(list)
        self.forks: dict[str, tuple[int, Event]] = {}
        self.reaps: dict[str, Event] = {}
        for position, event in enumerate(run.events):
            self.own[event.process].append((position, event))
            if event.edge == Edge.FORK:
                self.forks[event.detail["child"]] = position, event
            elif event.edge == Edge.REAPING and "child" in event.detail:
                self.reaps[event.detail["child"]] = event

    def of_kind(self, role: str, *kinds: str) -> Iterator[tuple[int, Event]]:
        """The events of ``role`` of these kinds."""
        return ((position, event) for position, event in self.own[role] if event.kind in kinds)

    def is_over(self, role: str) -> bool:
        """Whether the process ended before the deadline."""
        return role in self.processes and not self.processes[role].stopped

    def end(self, role: str) -> Event | None:
        """How the process says that it ended."""
        return next((event for _, event in self.of_kind(role, "ends")), None)

    def last(self, role: str) -> Event | None:
        """The last thing that the process did."""
        return next((event for _, event in reversed(self.own[role]) if event.kind not in _ASIDE), None)

    def last_by_itself(self, role: str) -> Event | None:
        """The same, but for what the threads of libraries did."""
        own = (event for _, event in reversed(self.own[role]) if event.kind not in _ASIDE)
        return next((event for event in own if event.detail.get("line") or not event.detail.get("inner")), None)

    def stand(self, role: str) -> Event | None:
        """Where the deadline found the process, where the system can say that."""
        return next((event for _, event in self.of_kind(role, "stands")), None)

    def line_of_fork(self, role: str) -> int | None:
        """The line that forked the process."""
        forked = self.forks.get(role)
        return forked[1].detail.get("line") if forked else None

    def is_inner(self, role: str) -> bool:
        """Whether a library forked the process for itself, as a ``Pool`` does."""
        return role in self.forks and bool(self.forks[role][1].detail.get("inner"))

    def last_line(self, role: str) -> int | None:
        """The line of the last event of ``role`` that has one."""
        lines = (event.detail.get("line") for _, event in reversed(self.own[role]))
        return next((line for line in lines if isinstance(line, int)), None)  # in maps() a line is one of /proc

    def separated_at(self, role: str, other: str) -> int:
        """The position from which on ``other`` cannot see what ``role`` does to its own memory: that of the fork."""
        if role == other or not descends(other, role):
            return -1
        return self.forks.get(child_towards(role, other), (-1, None))[0]
