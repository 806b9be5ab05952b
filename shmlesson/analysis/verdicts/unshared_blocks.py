"""Unshared blocks: each process has its own, one writes into its own, and another looks for that in vain.

Either the mapping is private, so that a fork makes a copy, or each process made a block after the fork. What counts is
what happened after the two processes parted (``Lifetimes.separated_at``): a write by one, and a read of the same bytes
by another that has not written them itself. That the other looked for just this write is a guess, for blocks made after
the fork from their equal size; so a verdict names both lines, and leaves it to the learner.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ...wire.kinds import TOUCHES, Edge
from ...wire.roles import rank
from ..order.ranges import Places, Ranges
from .effort import Effort
from .lifetimes import Lifetimes
from .phrases import everyone, in_order, known, listed
from .verdict import Verdict

if TYPE_CHECKING:
    from ...trace.event import Event
    from ...trace.trace import Trace


_MOST = 16  # so that a loop over a block costs no more than a few of its steps


@dataclass(slots=True)
class _Touch:
    """A read or a write of a block of one's own."""

    process: str
    position: int
    writes: bool
    start: int
    stop: int
    line: int | None
    forks: int = 0  # of its process until then


_Touches = dict[str, list[_Touch]]


@dataclass(frozen=True, slots=True)
class _Missed:
    """A write and the read that does not see it, with the lines that made the blocks and the one that forked."""

    made: tuple[int, ...]
    forked: int | None
    wrote: int | None
    read: int | None


def unshared_blocks(run: Trace, lifetimes: Lifetimes, effort: Effort) -> Iterator[Verdict]:
    """The verdicts on blocks that were made after the fork, or are private."""
    touches = _touches(run.events)
    maps = [(at, event) for at, event in enumerate(run.events) if event.kind == "maps" and "block" in event.detail]
    private = [(at, event) for at, event in maps if event.detail.get("memory") == "private"]
    for verdict, pair in _private(_missed_in_private(private, touches, lifetimes, effort)):
        yield replace(verdict, events=tuple(run.events[place] for place in sorted(pair)))
    shared = [(at, event) for at, event in maps if event.detail.get("memory") in ("shared", "value")]
    for verdict, pair in _made_after(_missed_by_two(shared, touches, lifetimes, effort)):
        yield replace(verdict, events=tuple(run.events[place] for place in sorted(pair)))


def _touches(events: Iterable[Event]) -> _Touches:
    """The touches of each block; those of one process on one line that adjoin are one, and of others the first few."""
    touches: defaultdict[str, list[_Touch]] = defaultdict(list)
    alike: defaultdict[tuple[str, str, bool, int | None, int], list[_Touch]] = defaultdict(list)
    forks: Counter[str] = Counter()  # what was before one of them the child has, too
    for at, event in enumerate(events):
        forks[event.process] += event.edge == Edge.FORK
        if event.kind in TOUCHES and "block" in event.detail:
            block, line, writes = event.detail["block"], event.detail.get("line"), event.edge == Edge.WRITE
            for start, stop in event.ranges:
                touch = _Touch(event.process, at, writes, start, stop, line, forks[event.process])
                if not _goes_on(alike[block, event.process, writes, line, forks[event.process]], touch):
                    touches[block].append(touch)
    return touches


def _goes_on(before: list[_Touch], touch: _Touch) -> bool:
    """Whether this one adds to the one before; beyond the first few everything does."""
    if before and (len(before) >= _MOST or (touch.start <= before[-1].stop and before[-1].start <= touch.stop)):
        before[-1].start = min(before[-1].start, touch.start)
        before[-1].stop = max(before[-1].stop, touch.stop)
        return True
    before.append(touch)
    return False


_Pair = tuple[int, int]  # of a write and a read, the places among the events
_Found = dict[_Missed, tuple[set[str], set[str], _Pair]]  # who writes, who reads, and the first pair


@dataclass(frozen=True, slots=True, eq=False)
class _Own:
    """A block that was made at a place among the events, and what is compared of the touches of it."""

    at: int
    made: Event
    touches: list[_Touch]

    @property
    def lines(self) -> set[int]:
        return {self.made.detail["line"]} if "line" in self.made.detail else set()


def _missed_in_private(
    maps: Iterable[tuple[int, Event]], touches: _Touches, lifetimes: Lifetimes, effort: Effort
) -> _Found:
    """What one process wrote and another looked for in its own copy of the same block."""
    found: _Found = {}
    for at, event in maps:
        block = _Own(at, event, touches.get(event.detail["block"], []))
        for _, wrote, read in _Alike([block], lifetimes, effort).missed(block):
            _add(found, _Missed(tuple(block.lines), None, wrote.line, read.line), wrote, read)
    return found


def _missed_by_two(
    maps: Iterable[tuple[int, Event]], touches: _Touches, lifetimes: Lifetimes, effort: Effort
) -> _Found:
    """What one process wrote into a block of its own and another looked for in one of the same size."""
    found: _Found = {}
    by_size: defaultdict[int, list[_Own]] = defaultdict(list)
    for own in _own_blocks(maps, touches):
        by_size[own.made.detail["size"]].append(own)
    for blocks in by_size.values():
        alike = _Alike(blocks, lifetimes, effort)
        missed = [(other, own, wrote, read) for own in blocks for other, wrote, read in alike.missed(own)]
        for other, own, wrote, read in sorted(missed, key=lambda each: (each[0].at, each[1].at)):
            if _are_apart(lifetimes, other.made.process, other.at, own.made.process, own.at):
                child = max(other.made.process, own.made.process, key=rank)
                made = tuple(sorted(other.lines | own.lines))
                _add(found, _Missed(made, lifetimes.line_of_fork(child), wrote.line, read.line), wrote, read)
    return found


def _own_blocks(maps: Iterable[tuple[int, Event]], touches: _Touches) -> Iterator[_Own]:
    """Those that their makers touch; of many that one process made on one line, and in one size, the first few."""
    alike: Counter[tuple[str, int | None, int]] = Counter()
    for at, event in maps:
        mine = [touch for touch in touches.get(event.detail["block"], []) if touch.process == event.process]
        key = event.process, event.detail.get("line"), event.detail["size"]
        if mine and alike[key] < _MOST:
            alike[key] += 1
            yield _Own(at, event, mine)


def _are_apart(lifetimes: Lifetimes, one: str, at: int, other: str, other_at: int) -> bool:
    """Whether each of two blocks was made by its process after the two had parted."""
    return one != other and at > lifetimes.separated_at(one, other) and other_at > lifetimes.separated_at(other, one)


class _Alike:
    """Blocks in which one could look for what another has written into its own, or into its copy."""

    def __init__(self, blocks: Iterable[_Own], lifetimes: Lifetimes, effort: Effort) -> None:
        self._lifetimes, self._effort = lifetimes, effort
        touches = [(own, touch) for own in blocks for touch in own.touches]
        self._places = Places(place for _, touch in touches for place in (touch.start, touch.stop))
        self._writes = [(own, touch) for own, touch in touches if touch.writes]
        self._noted: Ranges[int, None] = Ranges(self._places)
        for number, (_, touch) in enumerate(self._writes):
            self._noted.note(touch.start, touch.stop, number, None)

    def missed(self, own: _Own) -> Iterator[tuple[_Own, _Touch, _Touch]]:
        """For each line that reads there what it has not written itself: the first write of others in each block."""
        mine: Ranges[tuple[str, int], None] = Ranges(self._places)  # since the fork before
        seen: set[tuple[_Own, str, int | None]] = set()
        for touch in own.touches:
            if touch.writes:
                mine.note(touch.start, touch.stop, (touch.process, touch.forks), None)
            elif not any((touch.process, touch.forks) in notes for notes in mine.over(touch.start, touch.stop)):
                yield from self._first_in_each(touch, seen)

    def _first_in_each(
        self, read: _Touch, seen: set[tuple[_Own, str, int | None]]
    ) -> Iterator[tuple[_Own, _Touch, _Touch]]:
        for number in sorted({number for notes in self._noted.over(read.start, read.stop) for number in notes}):
            if not self._effort.goes_on():
                return
            own, wrote = self._writes[number]
            if (own, read.process, read.line) not in seen and _is_missed(wrote, read, self._lifetimes):
                seen.add((own, read.process, read.line))
                yield own, wrote, read


def _add(found: _Found, missed: _Missed, wrote: _Touch, read: _Touch) -> None:
    writers, readers, _ = found.setdefault(missed, (set(), set(), (wrote.position, read.position)))
    writers.add(wrote.process)
    readers.add(read.process)


def _is_missed(wrote: _Touch, read: _Touch, lifetimes: Lifetimes) -> bool:
    return (
        wrote.process != read.process
        and wrote.position > lifetimes.separated_at(wrote.process, read.process)
        and read.position > lifetimes.separated_at(read.process, wrote.process)
    )


def _private(found: _Found) -> Iterator[tuple[Verdict, _Pair]]:
    for missed, (writers, readers, pair) in found.items():
        lines = known(*missed.made, missed.wrote, missed.read)
        made = f"The block made on line {missed.made[0]} is private" if missed.made else "The block is private"
        text = f"{made}: {_cannot_see(missed, writers, readers)}"
        yield Verdict("private", text, in_order(writers | readers), lines), pair


def _made_after(found: _Found) -> Iterator[tuple[Verdict, _Pair]]:
    for missed, (writers, readers, pair) in found.items():
        roles = in_order(writers | readers)
        where = f"Line{'s' * (len(missed.made) > 1)} {listed(map(str, missed.made))}" if missed.made else "The program"
        many = len(missed.made) > 1
        after = f"after the fork on line {missed.forked}" if missed.forked is not None else "after the fork"
        text = (
            f"{where} {'make' if many else 'makes'} the block {after}, so that {everyone(roles)} have one each:"
            f" {_cannot_see(missed, writers, readers)}"
        )
        lines = known(*missed.made, missed.forked, missed.wrote, missed.read)
        yield Verdict("made after", text, roles, lines), pair


def _cannot_see(missed: _Missed, writers: set[str], readers: set[str]) -> str:
    wrote = f"line {missed.wrote} ({listed(in_order(writers))})" if missed.wrote else everyone(writers)
    read = f"line {missed.read} ({listed(in_order(readers))})" if missed.read else everyone(readers)
    return f"what {wrote} writes, {read} cannot see."
