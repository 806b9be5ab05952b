"""Reads-from: which block is whose, and which write each read saw, decided from the values.

Reads-from (rf) is the relation between a write and the reads that return its value, one of those that memory models are
made of (Alglave, Maranget and Tautschnig, Herding cats, TOPLAS 2014). Here it is found by carrying out the writes, in
the order of the story, on a copy of each block (``shadow_memory``). The invariant: a read is said to have seen a write
only if it returned just what the copy holds there, and some of it was put there by that write; so an arrow in a picture
may be missing, but none is invented.

A block appears as one band for all the processes that share it, or as one for each that has a copy of its own: a
private mapping, or one that was made after the fork.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from ...memory.contents import Contents, in_words
from ...trace.event import Event
from ...trace.trace import Trace
from ...wire.kinds import TOUCHES, Edge
from . import synchronization
from .shadow_memory import ShadowMemory

_MOST_BLOCKS = 200  # of which is found out who has them: no more steps are shown
_WAY_BACK = "the way back of "
_NAME = re.compile(r"(?:(?P<maker>.+)’s )?(?P<noun>.+?)(?: (?P<number>\d+))?")


@dataclass(frozen=True, slots=True)
class Band:
    """A block as the ``processes`` that have it see it: the same bytes for all of them, the first one beside it.

    ``block`` is its name among the events (empty in a lesson, which has one alone), ``size`` in bytes.
    """

    name: str
    block: str
    processes: tuple[str, ...]
    size: int

    @property
    def shared(self) -> bool:
        """Whether what one process writes there another one can see."""
        return len(self.processes) > 1


class Bands(tuple[Band, ...]):
    """The bands of a run, from left to right, and how many ``more`` blocks there are."""

    more = 0

    def __init__(self, bands: Iterable[Band] = ()) -> None:
        self._found = {(band.block, role): band for band in reversed(self) for role in band.processes}
        self._alike = Counter(band.processes for band in self)

    def find(self, block: str, role: str) -> Band | None:
        """The one of this block that this process has; None if there is none."""
        return self._found.get((block, role))

    def is_only(self, band: Band) -> bool:
        """Whether no other band is had by the same processes."""
        return self._alike[band.processes] == 1


NO_BANDS = Bands()
# From which place on, what it holds in words, and as contents; empty and None as long as it is not known.
Holding = tuple[int, str, Contents | None]


def blocks(run: Trace, story: Sequence[Event], size: Mapping[str, int]) -> Bands:
    """The blocks that the processes of the run read and write, as far as is known; none where one is alone.

    ``story`` has its events linearized; ``size`` the bytes of each block, as ``sizes`` gives them.
    """
    maps = [event for event in run.events if event.kind == "maps"]
    if len(run.processes) < 2:
        return NO_BANDS
    if any("block" in event.detail for event in maps):
        return _of_program(run, story, size)
    return NO_BANDS if any(event.detail["memory"] is None for event in maps) else _of_lesson(run, story, maps)


def band_of(event: Event, bands: Bands) -> Band | None:
    """The band that the event is about; None where it is about no block, or about one that is not known."""
    if event.kind not in (*TOUCHES, "maps", "views"):
        return None
    return bands.find(event.detail.get("block", ""), event.process)


def noun_of(name: str) -> str:
    """``block`` of ``child 1’s block 2``."""
    match = _NAME.fullmatch(name)
    return match["noun"] if match else name


def way_back_of(name: str) -> str:
    """Two sockets that are connected are two pipes: what the other is called, of which one has a ``name``."""
    return f"{_WAY_BACK}{name}"


def back_of(name: str) -> str:
    """The name of the pipe that ``name`` is the way back of; empty if it is none."""
    return name.removeprefix(_WAY_BACK) if name.startswith(_WAY_BACK) else ""


def sizes(run: Trace) -> Mapping[str, int]:
    """The bytes of each block by name: as many as were mapped, and at least as many as were touched."""
    found: Counter[str] = Counter()
    for event in run.events:
        if event.kind == "maps" or event.kind in TOUCHES:
            detail, block = event.detail, event.detail.get("block", "")
            size = detail["size"] if event.kind == "maps" else _offset(event) + len(detail["contents"])
            found[block] = max(size, found[block])
    return found


def seen_writes(events: Sequence[Event], bands: Bands) -> dict[int, int]:
    """For each read that shows a write into a shared block: its place among ``events``, and that write's.

    A read shows a write if it returned what was last written to these bytes, and if they had not always been so.
    """
    seen: dict[int, int] = {}
    for place, event, band, held in _followed(events, bands):
        if event.edge == Edge.READ and band.shared and "ranges" not in event.detail:
            write = held.shows(_offset(event), event.detail["contents"])
            if write is not None:
                seen[place] = write
    return seen


def holdings(events: Sequence[Event], bands: Bands) -> dict[str, list[Holding]]:
    """For each band what it holds, from which place among ``events`` on; in a lesson a first read shows that."""
    found: dict[str, list[Holding]] = {band.name: [] for band in bands}
    for place, event, band, held in _followed(events, bands):
        now, so_far = _holding(place, event, band, held), found[band.name]
        if not so_far and band.block and event.edge == Edge.WRITE:
            so_far.append((0, "", None))  # what was there before the write is not known
        if not so_far or (event.edge == Edge.WRITE and (not band.block or now[1] != so_far[-1][1])):
            so_far.append(now)
    return found


def _holding(place: int, event: Event, band: Band, held: ShadowMemory) -> Holding:
    """All of it: in a lesson, and of a Value, what is read or written; how an Array began is not known."""
    if event.kind not in TOUCHES or (band.block and "value" not in event.detail):
        return place, in_words(held.contents()), held.contents()
    contents = event.detail["contents"]
    if band.block and len(contents) < band.size:
        return place, "", None
    return place, event.detail.get("value", in_words(contents)), contents


def messages(run: Trace, events: Sequence[Event]) -> dict[int, int]:
    """For each acquire at a pipe, an event or a semaphore its place among ``events``, and that of its release.

    Only where the release is another process's, and both are among ``events``.
    """
    places = {id(event): place for place, event in enumerate(events)}
    pairs = ((run.events[source], run.events[place]) for source, place in synchronization.pairs(run.events))
    return {
        places[id(event)]: places[id(source)]
        for source, event in pairs
        if _goes_over(source, event) and id(event) in places and id(source) in places
    }


def _goes_over(source: Event, event: Event) -> bool:
    """Whether something went from one process to another: a pipe's end comes from nobody, and a lock orders nothing."""
    one_way = event.detail["at"] in ("pipe", "event", "semaphore") and event.detail.get("count", 1)
    return bool(one_way) and source.process != event.process


def _followed(events: Sequence[Event], bands: Bands) -> Iterator[tuple[int, Event, Band, ShadowMemory]]:
    """What happens to the bands: the place of the event, the event, the band, and what it holds then.

    That is each read and write; in a program also where a block is mapped, all zeros, or copied by a fork.
    """
    held = {band.name: ShadowMemory(band.size) for band in bands}
    for place, event in enumerate(events):
        for band, copied in _copies(event, bands):
            held[band.name] = ShadowMemory(band.size, held[copied.name])
            yield place, event, band, held[band.name]
        touched = band_of(event, bands)
        if touched and event.edge == Edge.WRITE:
            _write(held[touched.name], event, place)
        if touched and (event.kind in TOUCHES or _makes_zeros(event)):
            yield place, event, touched, held[touched.name]


def _write(held: ShadowMemory, event: Event, place: int) -> None:
    if "ranges" not in event.detail:
        held.write(_offset(event), event.detail["contents"], place)
        return
    for start, stop in event.ranges:
        held.write(start, Contents(stop - start, (), capped=True), None)


def _makes_zeros(event: Event) -> bool:
    return event.kind == "maps" and "block" in event.detail and event.detail["memory"] in ("shared", "private")


def _copies(event: Event, bands: Bands) -> list[tuple[Band, Band]]:
    """If it is a fork: the bands that the new child alone has, each with the one of its parent that it is a copy of."""
    if event.kind != "forks":
        return []
    own = [band for band in bands if band.processes == (event.detail["child"],)]
    copied = ((band, bands.find(band.block, event.process)) for band in own if band.block)
    return [(band, other) for band, other in copied if other and other.processes == (event.process,)]


def _offset(event: Event) -> int:
    offset: int = event.detail.get("offset", 0)
    return offset


def _of_lesson(run: Trace, story: Sequence[Event], maps: Sequence[Event]) -> Bands:
    size = max((event.detail["size"] for event in maps), default=0)
    roles = [process.name for process in run.processes]
    if [event.detail["memory"] for event in maps] == ["shared"] and _before_every_fork(maps[0], story):
        return Bands([Band("block", "", tuple(roles), size)])
    touched = {event.process for event in run.events if event.kind in TOUCHES}
    return Bands(Band(f"{role}’s block", "", (role,), size) for role in roles if role in touched)


def _before_every_fork(maps: Event, story: Sequence[Event]) -> bool:
    forks = [place for place, event in enumerate(story) if event.kind == "forks"]
    return story.index(maps) < min(forks, default=len(story))


def _of_program(run: Trace, story: Sequence[Event], size: Mapping[str, int]) -> Bands:
    """A band for each block that several processes have, and one for each process that touches one of its own."""
    named, private, roles = _named(story), _private(run), [process.name for process in run.processes]
    groups: list[tuple[str, tuple[str, ...]]] = []
    for block, owners in _who_has(story, set(islice(named, _MOST_BLOCKS)), private).items():
        those = tuple(role for role in roles if role in owners)
        groups += [(block, (role,)) for role in those] if block in private else [(block, those)]
    names = _band_names(groups)
    bands = Bands(Band(name, block, group, size[block]) for name, (block, group) in zip(names, groups, strict=True))
    bands.more = max(0, len(named) - _MOST_BLOCKS)
    return bands


def _who_has(story: Sequence[Event], blocks: set[str], private: set[str]) -> dict[str, set[str]]:
    """For each of the ``blocks``: who made it, was forked with it, or touched it.

    Of a private one, where each has a copy of its own: who touched it.
    """
    having: dict[str, set[str]] = {}
    copied: defaultdict[str, set[str]] = defaultdict(set)  # what each process has that is not private
    for event in story:
        block = event.detail.get("block", "")
        if event.kind == "forks":
            for name in copied[event.process]:
                having[name].add(event.detail["child"])
            copied[event.detail["child"]] |= copied[event.process]
        elif block in blocks and _is_own(event):
            owners = having.setdefault(block, set())
            if event.kind in TOUCHES or block not in private:
                owners.add(event.process)
            if block not in private:
                copied[event.process].add(block)
    return {block: owners for block, owners in having.items() if owners}


def _named(story: Sequence[Event]) -> dict[str, None]:
    """The blocks that the learner's own steps are about, in the order of the story."""
    return dict.fromkeys(event.detail["block"] for event in story if _is_own(event))


def _is_own(event: Event) -> bool:
    """Whether the learner's own step is about a block."""
    return "block" in event.detail and not event.detail.get("inner")


def _private(run: Trace) -> set[str]:
    maps = (event for event in run.events if event.kind == "maps")
    return {event.detail.get("block", "") for event in maps if event.detail["memory"] == "private"}


def _band_names(groups: Sequence[tuple[str, tuple[str, ...]]]) -> list[str]:
    """``block``, ``value 2``, ``child 1’s block``: with a number only where there are several of the same kind."""
    short = [_short_name(block, group) for block, group in groups]
    often = Counter(short)
    return [
        name if often[name] == 1 else _long_name(block, group)
        for name, (block, group) in zip(short, groups, strict=True)
    ]


def _short_name(block: str, group: tuple[str, ...]) -> str:
    return noun_of(block) if len(group) > 1 else f"{group[0]}’s {noun_of(block)}"


def _long_name(block: str, group: tuple[str, ...]) -> str:
    """One that no other band has: the block's own, if several processes have it, or else with whose it is."""
    match = _NAME.fullmatch(block)
    maker = (match["maker"] if match else None) or "parent"
    if len(group) > 1 or (maker == group[0] and maker != "parent"):
        return block
    return f"parent’s {block}" if maker == group[0] else f"{group[0]}’s copy of {block}"
