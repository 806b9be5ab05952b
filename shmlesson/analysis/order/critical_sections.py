"""Critical sections: what a lock puts in order, and what it does not.

That a lock was released here and acquired there orders nothing by itself: it could have been the other way round. Two
sections of one lock are in order where both touch the same bytes (one of them writes), or where the beginning of the
one is before something in the other, since they cannot overlap: the weak order of Kini, Mathur and Viswanathan (Dynamic
race prediction in linear time, PLDI 2017) and of Roemer, Genç and Bond (High-coverage, unbounded sound predictive race
detection, PLDI 2018). Which locks guard an access is another question, which ``races`` asks of each pair.

The invariant: a process inside a section knows the end of each earlier section of the same lock that cannot change
places with its own, as far as its own has come. What one section touched is kept by its bytes (``ranges``) until a
later section writes there: whoever comes after that write comes after all that was there before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ...wire.kinds import Edge
from .ranges import Places, Ranges
from .vector_clocks import Clock

if TYPE_CHECKING:
    from ...trace.event import Event

MUTEXES = ("lock", "rlock", "semaphore")
_ON_FILE = "file lock"


def mutexes(events: Iterable[Event]) -> frozenset[str]:
    """The names of what is used as a lock: made with the value 1, and released only by the process that holds it."""
    held: dict[str, str] = {}
    names: set[str] = set()
    others: set[str] = set()
    files = _FileLocks()
    for event in events:
        if event.detail.get("at") == _ON_FILE or event.edge == Edge.END:
            files.take(event)
        if event.detail.get("at") not in MUTEXES or "name" not in event.detail:
            continue
        name = event.detail["name"]
        names.add(name)
        if event.edge == Edge.MAKE and event.detail.get("value", 1) != 1:
            others.add(name)
        elif event.edge == Edge.ACQUIRE:
            held[name] = event.process
        elif event.edge == Edge.RELEASE and held.pop(name, None) != event.process:
            others.add(name)
    return frozenset(names - others) | (files.names - files.others)


class _FileLocks:
    """Which locks on files are known to be released whenever they are, and keep each process out that has them not.

    The end of a process releases its locks, too, and so does the last close of what was opened: that is not reported.
    ``others`` are those that were released so, that some had at the same time, or took through the same open file.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.others: set[str] = set()
        self._held: dict[str, str] = {}
        self._users: dict[tuple[str, str], str] = {}
        self._kinds: dict[str, bool] = {}

    def take(self, event: Event) -> None:
        name, role = event.detail.get("name", ""), event.process
        if event.edge == Edge.END:
            self.others |= {name for name, holder in self._held.items() if holder == role}
        elif event.edge == Edge.ACQUIRE:
            self.names.add(name)
            through = event.detail.get("through", "")
            user = self._users.setdefault((name, through or role), role)
            kind = self._kinds.setdefault(name, bool(through))
            if {user, self._held.get(name, role)} != {role} or kind != bool(through) or event.detail.get("shared"):
                self.others.add(name)
            self._held[name] = role
        elif event.edge == Edge.RELEASE and self._held.pop(name, role) != role:
            self.others.add(name)


class Lock:
    """The sections of one lock that are over: who was in them, from when to when, and what they touched."""

    def __init__(self, places: Mapping[str, Places]) -> None:
        self._places = places
        self._began: defaultdict[int, list[int]] = defaultdict(list)
        self._ended: defaultdict[int, list[Clock]] = defaultdict(list)
        self._spans: dict[int, tuple[int, int]] = {}  # from each process's first beginning to its last end
        self._touched: dict[str, Ranges[tuple[int, bool], Clock]] = {}

    def close(self, number: int, began: int, touched: Iterable[tuple[str, int, int, bool]], clock: Clock) -> None:
        """The process with this number leaves the section that it began at its moment ``began``, with this clock.

        ``touched`` has block, first byte, byte behind the last, and whether it was a write.
        """
        self._began[number].append(began)
        self._ended[number].append(clock)
        self._spans[number] = self._began[number][0], clock[number]
        for block, start, stop, writes in touched:
            if block not in self._touched:
                self._touched[block] = Ranges(self._places[block])
            # A section with a write came after all that touched these bytes: to come after it is enough.
            self._touched[block].note(start, stop, (number, writes), clock, alone=writes)

    def before_access(self, known: Clock, block: str, start: int, stop: int, writes: bool) -> Iterator[Clock]:
        """The ends, not in ``known`` yet, of earlier sections with accesses that cannot change places with this one."""
        if block in self._touched:
            for notes in self._touched[block].over(start, stop):
                for (other, wrote), clock in notes.items():
                    if (writes or wrote) and clock[other] > known[other]:
                        yield clock

    def before(self, number: int, known: Clock) -> Iterator[Clock]:
        """The ends of the sections of others whose beginnings are in ``known``: what began first is over first."""
        for other in [other for other, (first, last) in self._spans.items() if first <= known[other] < last]:
            end = self._ended[other][bisect_right(self._began[other], known[other]) - 1]
            if other != number and end[other] > known[other]:
                yield end
