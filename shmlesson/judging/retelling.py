"""The events of a program retold: in an order that is the same whenever the same happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from .channels import heard
from .phrases import rank

if TYPE_CHECKING:
    from ..records import Event


_BEGINNINGS = frozenset({"born", "sleeps", "maps", "views", "makes"})  # that are told right behind the fork


def retold(events: Sequence[Event]) -> tuple[Event, ...]:
    """``events``, each after what it needs: each process goes on for as long as it needs nobody, then the first one.

    What is seen of their order is kept where it tells: prints, and reads and writes of the same bytes.
    """
    return tuple(_Retelling(events))


class _Retelling:
    def __init__(self, events: Sequence[Event]) -> None:
        self.events, self.needs = events, _needs(events)
        self.queues: defaultdict[str, list[int]] = defaultdict(list)
        for place in range(len(events) - 1, -1, -1):
            self.queues[events[place].process].append(place)
        self.roles = sorted(self.queues, key=rank)
        self.done: set[int] = set()

    def __iter__(self) -> Iterator[Event]:
        role = ""
        while len(self.done) < len(self.events):
            role = self._who_goes_on(role)
            event = self._tell(role)
            yield event
            while event.kind == "forks" and self._begins(event.detail["child"]):
                yield self._tell(event.detail["child"])

    def _tell(self, role: str) -> Event:
        place = self.queues[role].pop()
        self.done.add(place)
        return self.events[place]

    def _who_goes_on(self, role: str) -> str:
        """The same as before, if it can; who was seen first, where reports contradict each other."""
        left = [other for other in [role, *self.roles] if self.queues.get(other)]
        able = (other for other in left if self._can(other))
        return next(able, None) or min(left, key=lambda other: self.queues[other][-1])

    def _can(self, role: str) -> bool:
        return self.needs[self.queues[role][-1]] <= self.done

    def _begins(self, child: str) -> bool:
        queue = self.queues.get(child, [])
        return bool(queue) and self.events[queue[-1]].kind in _BEGINNINGS and self._can(child)


def _needs(events: Sequence[Event]) -> dict[int, set[int]]:
    """For each event, by its place, the places of those by other processes that come before it."""
    needs: defaultdict[int, set[int]] = defaultdict(set)
    births = {event.detail["child"]: place for place, event in enumerate(events) if event.kind == "forks"}
    lasts = {event.process: place for place, event in enumerate(events)}
    for role, place in _firsts(events).items():
        needs[place] |= {births[role]} if role in births else set()
    for place, event in enumerate(events):
        if event.kind == "reaps" and event.detail["child"] in lasts:
            needs[place].add(lasts[event.detail["child"]])
    for before, after in (*heard(events), *_printed(events), *_touched(events)):
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
        if event.kind not in ("sees", "writes"):
            continue
        block = event.detail.get("block", "")
        if block in writes:
            yield writes[block], place
        if event.kind == "sees":
            reads[block].append(place)
        else:
            yield from ((read, place) for read in reads.pop(block, ()))
            writes[block] = place
