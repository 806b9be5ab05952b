"""Races: accesses to the same bytes that nothing puts in order, nothing but a sleep, or locks that let go too early.

Two accesses of different processes to the same bytes, one of them a write, race if neither happened before the other
(``happens_before``) and no lock was held at both. The order says what the run proves; the locks say what the order
leaves open, since it has no edge from a lock alone. To use both is the way of hybrid race detectors (O'Callahan and
Choi, Hybrid dynamic data race detection, PPoPP 2003); the locks held at an access are a lockset, as in Eraser (Savage
et al., TOCS 1997), but compared pair by pair, not intersected over all accesses to a byte.

A lost update is another thing: both processes hold the lock at the read and at the write, but not from one to the
other. It is found in a second pass, in which accesses to the blocks in question do not order sections of a lock.

There can be millions of pairs. Accesses that are alike (``_Kinds``) stand for each other, and what is compared and
kept has bounds (``_Reported``). The invariant: a kind of access that races with an earlier one is in one pair at least.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from ...wire.kinds import kinds_with
from ...wire.roles import rank
from ..order.happens_before import Access, HappensBefore, Sleep
from ..order.ranges import Ranges
from .race import Race, weight_of
from .race_wording import RaceWords
from .unsaid import Unsaid, without_a_verdict
from .verdict import Verdict

if TYPE_CHECKING:
    from ...trace.event import Event
    from ...trace.trace import Trace

MOST_RACES = 3
_COUNTED = kinds_with("counted")
_ALIKE = 2
_MOST_KINDS = 800  # of accesses to one block; of what comes beyond them, each process's last stand for all
# Pairs kept at one site, kept in all, and looked at; beyond these bounds each kind of access is kept with one other.
_MOST_AT_A_SITE, _MOST_PAIRS, _MOST_LOOKED_AT = 1000, 20_000, 100_000


def races(run: Trace, unsaid: list[Unsaid] | None = None) -> Iterator[Verdict]:
    """The verdicts on accesses without an order; to ``unsaid`` goes where only what is not seen may give them one."""
    events = complete_events(run)
    roles = sorted((process.name for process in run.processes), key=rank)
    order = HappensBefore(events, roles)
    accesses = list(order.accesses())
    found = _merged_by_site(_pairs(accesses, _unlocked), _Sleeps(order))
    lost = [
        race for race in _merged_by_site(_lost_updates(events, roles, accesses)) if not _already_reported(race, found)
    ]
    if unsaid is not None and order.unseen:
        blind = list(HappensBefore(events, roles, unseen_order=False).accesses())
        unsaid += without_a_verdict(order.unseen, found, _merged_by_site(_pairs(blind, _unlocked)))
    words = RaceWords({event.detail.get("block") for event in events if event.kind == "maps"})
    yield from map(words.race, found[:MOST_RACES])
    yield from map(words.lost_update, lost)


def _already_reported(lost: Race, found: Iterable[Race]) -> bool:
    """Whether a race names the same lines: that an update can be lost there is the least of it."""
    lines = {lost.first.line, lost.second.line}
    return any(lines <= {race.first.line, race.second.line} for race in found)


def complete_events(run: Trace) -> Sequence[Event]:
    """The events up to the first that may be missing: whatever happened before one of these is among them."""
    stop = next((i for i, event in enumerate(run.events) if event.kind == "truncated"), len(run.events))
    if run.truncated:
        stop = min(stop, max((i + 1 for i, event in enumerate(run.events) if event.kind in _COUNTED), default=0))
    return run.events[:stop]


def _pairs(accesses: Sequence[Access], clash: Callable[[Access, Access], bool]) -> Iterator[tuple[Access, Access]]:
    """Accesses of two processes to the same bytes, one of them a write, that have no order and ``clash``.

    Of accesses that are alike, in the same two processes and on the same lines, the first few pairs stand for all.
    """
    places: defaultdict[str, set[int]] = defaultdict(set)
    for access in accesses:
        places[access.block] |= {access.start, access.stop}
    notes: dict[str, Ranges[int, Access]] = {block: Ranges(there) for block, there in places.items()}
    kinds, reported = _Kinds(), _Reported()
    for access in accesses:
        kind, there = kinds.of(access), notes[access.block]
        if _is_noted(there, kind, access):
            continue
        for other_kind, other in _without_order(there, access):
            if reported.enough(kind):
                break
            if not reported.has_room(other_kind, kind) or not clash(other, access):
                continue
            if reported.take(other, access, other_kind, kind):
                yield other, access
        there.note(access.start, access.stop, kind, access)


class _Kinds:
    """Numbers for accesses: those that are alike have the same one."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._left: defaultdict[str, int] = defaultdict(lambda: _MOST_KINDS)

    def of(self, access: Access) -> int:
        rough = access.number, access.block, access.writes
        alike: object = (*rough, access.line, access.locks, access.kept)
        if alike not in self._numbers:
            self._left[access.block] -= 1
            alike = alike if self._left[access.block] >= 0 else rough
        return self._numbers.setdefault(alike, len(self._numbers))


class _Reported:
    """Which pairs have been reported: a few of each two kinds, and not too many in all."""

    def __init__(self) -> None:
        self._alike: Counter[tuple[int, int]] = Counter()
        self._sites: Counter[object] = Counter()
        self._named: set[int] = set()
        self._left, self._ahead = _MOST_PAIRS, _MOST_LOOKED_AT

    def enough(self, kind: int) -> bool:
        """Whether no more pairs with this kind need be looked at."""
        self._ahead -= 1
        return kind in self._named and (self._left <= 0 or self._ahead < 0)

    def has_room(self, one: int, other: int) -> bool:
        return self._alike[one, other] < _ALIKE

    def take(self, one: Access, other: Access, one_kind: int, other_kind: int) -> bool:
        """Whether this pair is to be reported; if so, it counts as reported from now on."""
        site = _site(one, other)
        if other_kind in self._named and (self._sites[site] >= _MOST_AT_A_SITE or self._left <= 0):
            return False
        self._alike[one_kind, other_kind] += 1
        self._sites[site] += 1
        self._named.add(other_kind)
        self._left -= 1
        return True


def _site(one: Access, other: Access) -> tuple[object, ...]:
    """Where in the program two accesses meet: block and lines."""
    first, second = one.line or 0, other.line or 0
    return one.block, min(first, second), max(first, second)


def _is_noted(notes: Ranges[int, Access], kind: int, access: Access) -> bool:
    """Whether an equal access of the same moment stands for this one: it is before the same, and slept less."""
    for there in notes.over(access.start, access.stop):
        one = there.get(kind)
        if one and one.time == access.time and one.start <= access.start and access.stop <= one.stop:
            return True
    return False


def _without_order(notes: Ranges[int, Access], access: Access) -> Iterator[tuple[int, Access]]:
    """What others did to the same bytes that is not before this."""
    known, writes = access.known, access.writes
    for there in notes.over(access.start, access.stop):
        for kind, other in there.items():
            if other.time > known[other.number] and (writes or other.writes):
                yield kind, other


def _unlocked(one: Access, other: Access) -> bool:
    return not one.locks & other.locks


class _Sleeps:
    """Which sleep stands between two accesses, if one does."""

    def __init__(self, order: HappensBefore) -> None:
        self._sleeps = order.sleeps
        self._number = order.clocks.number
        self._roles = sorted(order.sleeps, key=rank)
        self._positions = {role: [sleep.position for sleep in sleeps] for role, sleeps in order.sleeps.items()}
        self._times = {role: [sleep.time for sleep in sleeps] for role, sleeps in order.sleeps.items()}

    def between(self, one: Access, other: Access) -> int | None:
        """The line of a sleep that is before one of the two and not before the other; ``other`` came later here."""
        return self._before_only(other, one) or self._before_only(one, other)

    def _before_only(self, late: Access, early: Access) -> int | None:
        """Looks at the sleeps of the process itself first, then at those of all others that its clock knows of."""
        for role in chain([late.process], self._roles):
            last = self._latest(role, late)
            if last is not None and not self._is_before(role, last, early):
                return last.line
        return None

    def _latest(self, role: str, access: Access) -> Sleep | None:
        if role not in self._positions:
            return None
        if role == access.process:
            place = bisect_left(self._positions[role], access.position)
        else:
            place = bisect_right(self._times[role], access.known[self._number[role]])
        return self._sleeps[role][place - 1] if place else None

    def _is_before(self, role: str, sleep: Sleep, access: Access) -> bool:
        if role == access.process:
            return sleep.position < access.position
        return access.known[self._number[role]] >= sleep.time


def _merged_by_site(pairs: Iterable[tuple[Access, Access]], sleeps: _Sleeps | None = None) -> list[Race]:
    """One race for each site; it stands for nothing but a sleep only if all its pairs do."""
    found: dict[tuple[object, ...], Race] = {}
    for one, other in pairs:
        first, second = _named(one, other)
        site = _site(one, other)
        sleep = sleeps.between(one, other) if sleeps and (site not in found or found[site].sleep is not None) else None
        race = found.setdefault(site, Race(first, second, sleep, {}))
        race.sleep = sleep
        if weight_of(first, second) < weight_of(race.first, race.second):
            race.first, race.second = first, second
        for access in (one, other):
            race.processes.setdefault(access.line, set()).add(access.process)
    return sorted(found.values(), key=lambda race: race.weight)


def _named(one: Access, other: Access) -> tuple[Access, Access]:
    """In the order in which they are named: a write before a read, then by line, then by role."""
    first, second = sorted((one, other), key=lambda a: (not a.writes, a.line or 0, a.number))
    return first, second


def _lost_updates(
    events: Sequence[Event], roles: Sequence[str], accesses: Sequence[Access]
) -> Iterator[tuple[Access, Access]]:
    """Pairs of locked writes of which one can come between the other and the read that it goes back to."""
    blocks = {a.block for a in accesses if a.kept is not None and a.kept < a.locks}
    if blocks:
        order = HappensBefore(events, roles, apart=blocks)
        yield from _pairs([a for a in order.accesses() if a.writes and a.block in blocks], _comes_between)


def _comes_between(one: Access, other: Access) -> bool:
    if not (one.writes and other.writes and one.locks & other.locks):
        return False
    return any(a.kept is not None and not a.kept & b.locks for a, b in ((one, other), (other, one)))
