"""Updates: writes that go back to a read of the same bytes, and what can come between the two.

A process has read these bytes since it last wrote them, and writes them now: in the same line, or in another one that
depends on the read (``data_flow``). Another one's write can be lost if it can come between: if nothing orders it, and
no lock is held from the read to the write. Of several reads the last one counts, by the value or by a test: who looks
again under the lock is right. A test counts by itself, too: both may find what only one should.

The order that the values make is left out of account here (``HappensBefore``, ``apart``), for the writes would be in
order by the very lock that lets go too early. It is kept where a test lets one value through only: who waits for it has
it from the one who wrote it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..order.happens_before import Access, HappensBefore, Touch
from .pairs import pairs

if TYPE_CHECKING:
    from ...trace.event import Event
    from .data_flow import DataFlow, Dependence

_MOST_READS = 64  # of a block that a process remembers; the latest
_Seen = tuple[int, int, tuple[int, ...]]  # which bytes, and what they held


@dataclass(frozen=True, slots=True)
class Update:
    """A write that goes back to a read of the same bytes, and the locks ``kept`` from the one to the other.

    ``test`` is the last read that decided whether to write at all, with the locks kept since. ``guard`` is the last one
    for a test that lets nothing through but what it has found, ``only``; ``neutral`` whether that is for every process.
    """

    write: Access
    read: Access | None
    kept: frozenset[str]
    test: Access | None
    kept_since_test: frozenset[str]
    guard: Access | None
    only: _Seen | None
    neutral: bool

    def can_lose(self, other: Access, others: Update | None) -> bool:
        """Whether the write of another process, that has no order with this one, can come between read and write."""
        if self.read is None or not self.write.locks & other.locks or self.kept & other.locks:
            return False
        return self.only is None or self.is_the_same(others)

    def can_both_pass(self, others: Update | None, other: Access) -> bool:
        """Whether another process that does the same can have got past the test, too, before this one wrote."""
        if self.test is None or not self.write.locks & other.locks or self.kept_since_test & other.locks:
            return False
        return self.is_the_same(others) if self.only is not None else self._is_alike(others)

    def _is_alike(self, other: Update | None) -> bool:
        """Whether it is the same test, and the same write."""
        if other is None or other.test is None or self.test is None:
            return False
        return (self.write.line, self.test.line) == (other.write.line, other.test.line)

    def is_the_same(self, other: Update | None) -> bool:
        """Whether two writes in one line have been let through by one value."""
        return other is not None and (self.write.line, self.only) == (other.write.line, other.only)


@dataclass(frozen=True, slots=True)
class Lost:
    """An update that can be lost: what is read, what is written after it, and what another process does in between."""

    read: Access
    write: Access
    other: Access

    @property
    def in_one_line(self) -> bool:
        return self.read.line == self.write.line


@dataclass(slots=True)
class _Read:
    access: Access
    written: set[tuple[int, int]]  # which of its bytes this process has written since

    def is_fresh(self, write: Access) -> bool:
        """Whether some of the bytes are read, and have not been written since."""
        one, start, stop = self.access, write.start, write.stop
        if not (one.start < stop and start < one.stop):
            return False
        return all(stop <= first or last <= start for first, last in self.written)


class Updates:
    """The updates among the accesses of a run, by their positions among the events."""

    def __init__(self, accesses: Iterable[Access], events: Sequence[Event], flow: DataFlow) -> None:
        self._events, self._flow = events, flow
        self._reads: defaultdict[tuple[str, str], dict[object, _Read]] = defaultdict(dict)
        self.by_position: dict[int, Update] = {}
        for access in accesses:
            there = self._reads[access.process, access.block]
            if not access.writes:
                key = access.line, access.start, access.stop
                there.pop(key, None)
                there[key] = _Read(access, set())
                if len(there) > _MOST_READS:
                    del there[next(iter(there))]
            elif there:
                self._write(access, there)

    def _write(self, write: Access, there: dict[object, _Read]) -> None:
        fresh = [read.access for read in there.values() if read.is_fresh(write)]
        if fresh and (update := self._update(write, fresh)):
            self.by_position[write.position] = update
        for key, read in list(there.items()):
            if read.access in fresh or (read.access.start < write.stop and write.start < read.access.stop):
                read.written.add((write.start, write.stop))
                if len(read.written) > _MOST_READS or _covers(write, read.access):
                    del there[key]

    def _update(self, write: Access, fresh: list[Access]) -> Update | None:
        """What this write goes back to, of the reads that are not too old."""
        ways = [(read, self._way(read, write)) for read in fresh]
        values = [read for read, way in ways if read.line == write.line or (way and way.value)]
        tests = [read for read, way in ways if way and way.test and read.line != write.line]
        exact = [read for read, way in ways if way and way.exact]
        if not values and not tests:
            return None
        last = max([*values, *tests], key=lambda read: read.position)
        test = max(tests, key=lambda read: read.position, default=None)
        return Update(
            write,
            values[-1] if values else None,
            _kept(last, write),
            test,
            _kept(test, write) if test else frozenset(),
            exact[-1] if exact else None,
            self.seen(exact[-1]) if exact else None,
            all(way.neutral for _, way in ways if way and way.exact),
        )

    def _way(self, read: Access, write: Access) -> Dependence | None:
        if read.line is None or write.line is None:
            return None
        return self._flow.between(read.line, write.line)

    def seen(self, read: Access) -> _Seen:
        """Which bytes an access was of, and what they held."""
        return read.start, read.stop, tuple(self._events[read.position].detail["contents"].to_wire())


def lost_updates(
    events: Sequence[Event], roles: Sequence[str], accesses: Sequence[Access], flow: DataFlow
) -> Iterator[Lost]:
    """The updates that can be lost, as far as the two writes have no order."""
    if not any(access.writes and access.locks for access in accesses):
        return  # without a lock it is a race
    apart = _Apart(Updates(accesses, events, flow).by_position.values())
    if not apart.blocks:
        return
    order = HappensBefore(events, roles, apart=apart)
    again = [access for access in order.accesses() if access.block in apart.blocks]
    updates = Updates(again, events, flow)
    known = updates.by_position
    looks = {look.position: look for look in _in_vain(again, updates)}
    compared = [
        replace(access, kept=known[access.position].kept, back=_back(known[access.position]))
        if access.position in known
        else access
        for access in again
        if access.writes or access.position in looks
    ]
    for one, other in pairs(compared, lambda one, other: _clash(one, other, known) is not None):
        if clash := _clash(one, other, known):
            yield clash


def _lets_go(update: Update) -> bool:
    """Whether not all locks that are held at the write have been held since the read."""
    by_test = update.test is not None and update.kept_since_test < update.write.locks
    return by_test or (update.read is not None and update.kept < update.write.locks)


def _back(update: Update) -> int | None:
    read = update.read or update.test
    return read.line if read else None


def _kept(read: Access, write: Access) -> frozenset[str]:
    return frozenset(name for name, _ in read.sections & write.sections)


def _covers(write: Access, read: Access) -> bool:
    return write.start <= read.start and read.stop <= write.stop


class _Apart:
    """The accesses whose order by values is left out of account: to bytes with updates that could be lost.

    Not among them are reads that let one value through only, unless two processes may have been let through by it.
    """

    def __init__(self, updates: Collection[Update]) -> None:
        let_through = {(u.write.process, u.write.line, u.only) for u in updates if u.only is not None}
        processes = Counter((line, only) for _, line, only in let_through)
        asked = [u for u in updates if _lets_go(u) and _is_open(u, processes)]
        lines = {(u.write.block, read.line) for u in asked for read in (u.read, u.test) if read}
        self._guards = {(u.write.block, u.guard.line) for u in updates if u.guard} - lines
        self._ranges: dict[str, tuple[list[int], list[int]]] = {}
        for block in {u.write.block for u in asked}:
            self._ranges[block] = _merged((u.write.start, u.write.stop) for u in asked if u.write.block == block)
        self.blocks = self._ranges.keys()

    def __call__(self, touch: Touch) -> bool:
        block, start, stop, line, writes = touch
        if block not in self._ranges or (not writes and (block, line) in self._guards):
            return False
        starts, stops = self._ranges[block]
        place = bisect_right(stops, start)
        return place < len(starts) and starts[place] < stop


def _is_open(update: Update, processes: Mapping[tuple[int | None, _Seen], int]) -> bool:
    """Whether another process may have been let through with this one."""
    if update.only is None or (update.test is not None and update.neutral):
        return True
    return processes[update.write.line, update.only] > 1


def _merged(ranges: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Where stretches of bytes start, and where they stop, in order and apart from each other."""
    starts: list[int] = []
    stops: list[int] = []
    for start, stop in sorted(set(ranges)):
        if stops and start <= stops[-1]:
            stops[-1] = max(stops[-1], stop)
        else:
            starts.append(start)
            stops.append(stop)
    return starts, stops


def _clash(one: Access, other: Access, known: dict[int, Update]) -> Lost | None:
    """What can be lost of one of the two, or both; None if nothing can."""
    ways = [(known[a.position], a, b) for a, b in ((one, other), (other, one)) if a.position in known]
    for update, write, between in ways:
        if between.writes and update.read and update.can_lose(between, known.get(between.position)):
            return Lost(update.read, write, between)
    for update, write, between in ways:
        passes = update.can_both_pass(known.get(between.position), between) if between.writes else None
        if update.test and (_can_have_passed(update, between) if passes is None else passes):
            return Lost(update.test, write, between)
    return None


def _can_have_passed(update: Update, look: Access) -> bool:
    """Whether another process that found the test false might have found it true before this one wrote."""
    if update.test is None or update.test.line != look.line or update.kept_since_test & look.locks:
        return False
    return bool(update.write.locks & look.locks) and (update.only is None or update.neutral)


def _in_vain(accesses: Sequence[Access], updates: Updates) -> Iterator[Access]:
    """The reads for a test that others got past, and this process did not: what it saw let nobody through."""
    tests: defaultdict[int | None, set[object]] = defaultdict(set)
    passed: set[int] = set()
    for update in updates.by_position.values():
        if update.test:
            tests[update.test.line].add(updates.seen(update.test))
            passed.add(update.test.position)
    reads = [a for a in accesses if not a.writes and a.line in tests and a.position not in passed]
    odd = {(read.process, read.line) for read in reads if updates.seen(read) in tests[read.line]}
    yield from (read for read in reads if (read.process, read.line) not in odd)
