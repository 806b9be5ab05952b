"""Partings: blocks of which each process has its own, where one writes and another looks for what it wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..verdicts import Verdict
from .lives import Lives
from .phrases import everyone, in_order, known, listed, rank

if TYPE_CHECKING:
    from ..records import Event, Run


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


@dataclass(frozen=True, slots=True)
class _Missed:
    """A write and the read that does not see it, with the lines that made the blocks and the one that forked."""

    made: tuple[int, ...]
    forked: int | None
    wrote: int | None
    read: int | None


def partings(run: Run, lives: Lives) -> Iterator[Verdict]:
    """The verdicts on blocks that were made after the fork, or are private."""
    touches = _touches(run.events)
    maps = [(at, event) for at, event in enumerate(run.events) if event.kind == "maps" and "block" in event.detail]
    private = [event for _, event in maps if event.detail.get("memory") == "private"]
    yield from _private(_missed_in_private(private, touches, lives))
    shared = [(at, event) for at, event in maps if event.detail.get("memory") in ("shared", "value")]
    yield from _made_after(_missed_by_two(shared, touches, lives))


def _touches(events: Iterable[Event]) -> dict[str, list[_Touch]]:
    """The touches of each block; those of one process on one line that adjoin are one, and of others the first few."""
    touches: defaultdict[str, list[_Touch]] = defaultdict(list)
    alike: defaultdict[tuple[str, str, bool, int | None], list[_Touch]] = defaultdict(list)
    for at, event in enumerate(events):
        if event.kind in ("sees", "writes") and "block" in event.detail:
            block, line, writes = event.detail["block"], event.detail.get("line"), event.kind == "writes"
            start = event.detail.get("offset", 0)
            touch = _Touch(event.process, at, writes, start, start + len(event.detail["contents"]), line)
            if not _goes_on(alike[block, event.process, writes, line], touch):
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


_Places = dict[_Missed, tuple[set[str], set[str]]]


def _missed_in_private(maps: Iterable[Event], touches: dict[str, list[_Touch]], lives: Lives) -> _Places:
    """What one process wrote and another looked for in its own copy of the same block."""
    found: _Places = {}
    for event in maps:
        there = touches.get(event.detail["block"], [])
        made = (event.detail["line"],) if "line" in event.detail else ()
        for wrote, read in _first_pairs(there, there, lives):
            _add(found, _Missed(made, None, wrote.line, read.line), wrote, read)
    return found


def _missed_by_two(maps: list[tuple[int, Event]], touches: dict[str, list[_Touch]], lives: Lives) -> _Places:
    """What one process wrote into a block of its own and another looked for in one of the same size."""
    found: _Places = {}
    by_size: defaultdict[int, list[tuple[int, Event]]] = defaultdict(list)
    for at, event in maps:
        by_size[event.detail["size"]].append((at, event))
    for alike in by_size.values():
        for at, one in alike:
            for other_at, other in alike:
                if _are_apart(lives, one.process, at, other.process, other_at):
                    _add_pairs(found, one, other, touches, lives)
    return found


def _are_apart(lives: Lives, one: str, at: int, other: str, other_at: int) -> bool:
    """Whether each of two blocks was made by its process after the two had parted."""
    return one != other and at > lives.apart_since(one, other) and other_at > lives.apart_since(other, one)


def _add_pairs(found: _Places, one: Event, other: Event, touches: dict[str, list[_Touch]], lives: Lives) -> None:
    made = tuple(sorted({e.detail["line"] for e in (one, other) if "line" in e.detail}))
    child = max(one.process, other.process, key=rank)
    mine = [t for t in touches.get(one.detail["block"], []) if t.process == one.process]
    yours = [t for t in touches.get(other.detail["block"], []) if t.process == other.process]
    for wrote, read in _first_pairs(mine, yours, lives):
        _add(found, _Missed(made, lives.line_of_fork(child), wrote.line, read.line), wrote, read)


def _add(found: _Places, missed: _Missed, wrote: _Touch, read: _Touch) -> None:
    writers, readers = found.setdefault(missed, (set(), set()))
    writers.add(wrote.process)
    readers.add(read.process)


def _first_pairs(mine: list[_Touch], yours: list[_Touch], lives: Lives) -> Iterator[tuple[_Touch, _Touch]]:
    """For each line that reads what it has not written itself: the first write of another to the same bytes."""
    writes = [t for t in mine if t.writes]
    own: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    seen: set[tuple[str, int | None]] = set()
    for touch in yours:
        if touch.writes:
            own[touch.process].append((touch.start, touch.stop))
            continue
        if (touch.process, touch.line) in seen or _overlaps(touch, own[touch.process]):
            continue
        for wrote in writes:
            if wrote.process != touch.process and _is_missed(wrote, touch, lives):
                seen.add((touch.process, touch.line))
                yield wrote, touch
                break


def _overlaps(touch: _Touch, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(start < touch.stop and touch.start < stop for start, stop in ranges)


def _is_missed(wrote: _Touch, read: _Touch, lives: Lives) -> bool:
    return (
        _overlaps(read, [(wrote.start, wrote.stop)])
        and wrote.position > lives.apart_since(wrote.process, read.process)
        and read.position > lives.apart_since(read.process, wrote.process)
    )


def _private(found: _Places) -> Iterator[Verdict]:
    for missed, (writers, readers) in found.items():
        lines = known(*missed.made, missed.wrote, missed.read)
        made = f"The block made in line {missed.made[0]} is private" if missed.made else "The block is private"
        yield Verdict("private", f"{made}: {_cannot_see(missed, writers, readers)}", in_order(writers | readers), lines)


def _made_after(found: _Places) -> Iterator[Verdict]:
    for missed, (writers, readers) in found.items():
        roles = in_order(writers | readers)
        where = f"Line{'s' * (len(missed.made) > 1)} {listed(map(str, missed.made))}" if missed.made else "The program"
        many = len(missed.made) > 1
        after = f"after the fork in line {missed.forked}" if missed.forked is not None else "after the fork"
        text = (
            f"{where} {'make' if many else 'makes'} the block {after}, so that {everyone(roles)} have one each:"
            f" {_cannot_see(missed, writers, readers)}"
        )
        yield Verdict("made after", text, roles, known(*missed.made, missed.forked, missed.wrote, missed.read))


def _cannot_see(missed: _Missed, writers: set[str], readers: set[str]) -> str:
    wrote = f"line {missed.wrote} ({listed(in_order(writers))})" if missed.wrote else everyone(writers)
    read = f"line {missed.read} ({listed(in_order(readers))})" if missed.read else everyone(readers)
    return f"what {wrote} writes, {read} cannot see."
