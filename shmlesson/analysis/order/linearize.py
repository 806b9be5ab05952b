"""The events of a program linearized: in an order that is the same whenever the same happened.

The reports of two processes arrive now in this order and now in that. What is shown is one linear extension of their
partial order: a topological sort (Kahn, Topological sorting of large networks, CACM 1962) with a fixed choice wherever
there is one. The process that did the last step goes on as long as it can, then the first by its role. A wait that
never ends comes as late as it can: by then a lock is held by whoever holds it in the end. It has nothing to do with
linearizability (Herlihy and Wing, TOPLAS 1990): no object is checked against a specification.

The edges are those of happens-before (a fork, a reaping, a release with its acquire) and what was observed where the
order shows: prints, and accesses to one block of which one at least writes. Two runs with the same events and edges
come out the same. The invariant: ``_unmet`` counts, for each event, those before it that have not come yet, and
``_able`` has at least every process whose next event has none. If the reports contradict each other there is no such
process, and the event that was reported first goes ahead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING

from ...wire.kinds import TOUCHES, Edge, kinds_with
from ...wire.roles import rank
from .synchronization import pairs

if TYPE_CHECKING:
    from ...trace.event import Event


_BEGINNINGS = kinds_with("begins")
_LASTS = ("stuck", "stands", "collects")  # what is said of a process that does nothing any more


def linearized(events: Sequence[Event]) -> tuple[Event, ...]:
    """``events`` in a linear extension of their partial order: each after those that it needs.

    It takes time in proportion to the events and the edges between them, but for a logarithm.
    """
    return tuple(_Linearization(events))


class _Linearization:
    """Each step looks at who goes on and at those whom it lets go on, never at everybody: there may be hundreds."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self.queues: defaultdict[str, list[int]] = defaultdict(list)
        for place in range(len(events) - 1, -1, -1):
            self.queues[events[place].process].append(place)
        self.roles = sorted(self.queues, key=rank)
        self._numbers = {role: number for number, role in enumerate(self.roles)}
        self._done = bytearray(len(events))
        self._unmet = [0] * len(events)  # how many others are still to come before each
        self._behind: defaultdict[int, list[int]] = defaultdict(list)  # which others wait for each
        for place, others in _needs(events).items():
            self._unmet[place] = len(others)
            for other in others:
                self._behind[other].append(place)
        self._endless = _endless_waits(events)
        # A heap of processes that can go on, by number, those with a wait without an end last; and some that could.
        self._able: list[tuple[bool, int]] = []
        self._heads: list[int] = []  # a heap of the next event of each process, and some that have come
        for role in self.roles:
            self._comes_to(self.queues[role][-1])

    def __iter__(self) -> Iterator[Event]:
        role, left = "", len(self.events)
        while left:
            role = self._who_goes_on(role)
            event = self._emit(role)
            yield event
            left -= 1
            while event.edge == Edge.FORK and self._begins(event.detail["child"]):
                yield self._emit(event.detail["child"])
                left -= 1

    def _emit(self, role: str) -> Event:
        place = self.queues[role].pop()
        self._done[place] = True
        for other in self._behind.pop(place, ()):
            self._unmet[other] -= 1
            queue = self.queues[self.events[other].process]
            if queue and queue[-1] == other:
                self._comes_to(other)
        if self.queues[role]:
            self._comes_to(self.queues[role][-1])
        return self.events[place]

    def _comes_to(self, place: int) -> None:
        """This event is the next of its process."""
        heappush(self._heads, place)
        if not self._unmet[place]:
            heappush(self._able, (place in self._endless, self._numbers[self.events[place].process]))

    def _who_goes_on(self, role: str) -> str:
        """The same as before, if it can, then the first that can; else that of the event that was reported first."""
        if self._can(role) and self.queues[role][-1] not in self._endless:
            return role
        while self._able:
            late, number = self._able[0]
            candidate = self.roles[number]
            if self._can(candidate) and late == (self.queues[candidate][-1] in self._endless):
                return candidate
            heappop(self._able)
        while self._done[self._heads[0]]:
            heappop(self._heads)
        return self.events[self._heads[0]].process

    def _can(self, role: str) -> bool:
        queue = self.queues.get(role, [])
        return bool(queue) and not self._unmet[queue[-1]]

    def _begins(self, child: str) -> bool:
        return self._can(child) and self.events[self.queues[child][-1]].kind in _BEGINNINGS


def _endless_waits(events: Sequence[Event]) -> set[int]:
    """The waits of a program after which their processes did nothing any more, by their places."""
    after: dict[str, str] = {}
    found = set()
    for place in range(len(events) - 1, -1, -1):
        event = events[place]
        if event.kind == "waits" and "name" in event.detail and after.get(event.process, "stuck") in _LASTS:
            found.add(place)
        after[event.process] = event.kind
    return found


def _needs(events: Sequence[Event]) -> dict[int, set[int]]:
    """For each event, by its place, the places of those by other processes that come before it."""
    needs: defaultdict[int, set[int]] = defaultdict(set)
    births = {event.detail["child"]: place for place, event in enumerate(events) if event.edge == Edge.FORK}
    lasts = {event.process: place for place, event in enumerate(events)}
    for role, place in _firsts(events).items():
        needs[place] |= {births[role]} if role in births else set()
    for place, event in enumerate(events):
        if event.edge == Edge.REAPING and event.detail["child"] in lasts:
            needs[place].add(lasts[event.detail["child"]])
    for before, after in (*pairs(events), *_printed(events), *_touched(events)):
        needs[after].add(before)
    return needs


def _firsts(events: Sequence[Event]) -> dict[str, int]:
    return {events[place].process: place for place in range(len(events) - 1, -1, -1)}


def _printed(events: Sequence[Event]) -> Iterator[tuple[int, int]]:
    prints = [place for place, event in enumerate(events) if event.kind == "prints"]
    yield from pairwise(prints)


def _touched(events: Sequence[Event]) -> Iterator[tuple[int, int]]:
    """Reads and writes of one block of which one at least changes it, whatever their bytes."""
    writes: dict[str, int] = {}
    reads: defaultdict[str, list[int]] = defaultdict(list)
    for place, event in enumerate(events):
        if event.kind not in TOUCHES:
            continue
        block = event.detail.get("block", "")
        if block in writes:
            yield writes[block], place
        if event.edge == Edge.READ:
            reads[block].append(place)
        else:
            yield from ((read, place) for read in reads.pop(block, ()))
            writes[block] = place
