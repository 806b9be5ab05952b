"""Pairs: accesses of two processes to the same bytes that nothing puts in order.

There can be millions of them. Accesses that are alike (``_Kinds``) stand for each other, and what is compared and kept
has bounds (``_Reported``). The invariant: a kind of access that makes a pair with an earlier one is in one at least.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from ..order.happens_before import Access
from ..order.ranges import Ranges

_ALIKE = 2
_MOST_KINDS = 800  # of accesses to one block; of what comes beyond them, each process's last stand for all
# Pairs kept at one site, kept in all, and looked at; beyond these bounds each kind of access is kept with one other.
_MOST_AT_A_SITE, _MOST_PAIRS, _MOST_LOOKED_AT = 1000, 20_000, 100_000


def pairs(accesses: Sequence[Access], clash: Callable[[Access, Access], bool]) -> Iterator[tuple[Access, Access]]:
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
        alike: object = (*rough, access.line, access.locks, access.kept, access.back)
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
        site = site_of(one, other)
        if other_kind in self._named and (self._sites[site] >= _MOST_AT_A_SITE or self._left <= 0):
            return False
        self._alike[one_kind, other_kind] += 1
        self._sites[site] += 1
        self._named.add(other_kind)
        self._left -= 1
        return True


def site_of(one: Access, other: Access) -> tuple[object, ...]:
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
