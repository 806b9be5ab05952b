"""Locked sleeps: a write and a read under one lock, of which the read comes later for no reason but a sleep.

The lock keeps the two apart and puts neither first. So the order that the values make is left out for such a read, as
long as nothing but its result depends on it: it is read once, and no loop, no test in a loop and no write of the reader
goes by it. Who looks from time to time how far others have come (they write again and again, or they add and it looks
again when they have ended) may well sleep.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from ..order.happens_before import Access, HappensBefore
from .pairs import pairs
from .sleeps import Sleeps

if TYPE_CHECKING:
    from ...trace.event import Event
    from .data_flow import DataFlow

_MOST_LINES = 50  # that write and that read: of more, no pair is looked at
_Line = tuple[str, int | None, bool]  # of accesses: block, line, whether they write
_Between = Callable[[Access, Access], int | None]


def asleep(
    events: Sequence[Event], roles: Sequence[str], accesses: Sequence[Access], sleeps: Sleeps, flow: DataFlow
) -> tuple[Iterable[tuple[Access, Access]], _Between]:
    """Pairs of a write and a read that share a lock and that only a sleep orders; and what says which sleep."""
    looks = _single_looks(accesses, sleeps, flow)
    if not looks:
        return (), sleeps.between
    order = HappensBefore(events, roles, apart=lambda touch: (touch[0], *touch[3:]) in looks)
    again = [access for access in order.accesses() if access.writes or _touch(access) in looks]
    later = Sleeps(order)

    def clash(one: Access, other: Access) -> bool:
        read, write = (other, one) if one.writes else (one, other)
        if read.writes or not read.locks & write.locks or _is_looked_for_again(read, write, accesses, events, flow):
            return False
        return later.before_only(read, write) is not None

    return pairs(again, clash), later.between


def _single_looks(accesses: Sequence[Access], sleeps: Sleeps, flow: DataFlow) -> set[_Line]:
    """The lines with reads that could have been taken for late enough, after a sleep."""
    reads = [a for a in accesses if a.locks and not a.writes and a.line is not None and sleeps.is_after_one(a)]
    if not reads:
        return set()
    writes: defaultdict[str, set[int]] = defaultdict(set)
    for access in accesses:
        if access.writes and access.line is not None:
            writes[access.block].add(access.line)
    found: dict[_Line, bool] = {}
    for read in reads:
        touch = _touch(read)
        if touch not in found:
            lines = writes[read.block]
            found[touch] = 0 < len(lines) <= _MOST_LINES and _is_plain(read, lines, flow)
    return {touch for touch, is_plain in found.items() if is_plain}


def _touch(access: Access) -> _Line:
    return access.block, access.line, access.writes


def _is_plain(read: Access, lines: Iterable[int], flow: DataFlow) -> bool:
    """Whether nothing but what is printed or returned goes by what is read."""
    if read.line is None or flow.is_polled(read.line):
        return False
    ways = (flow.between(read.line, line) for line in lines)
    return not any(line == read.line for line in lines) and not any(way.value or way.test for way in ways)


def _is_looked_for_again(
    read: Access, write: Access, accesses: Sequence[Access], events: Sequence[Event], flow: DataFlow
) -> bool:
    """Whether the reader is one that looks again, or that writes these bytes, too; or the writer writes on and on."""
    same = [a for a in accesses if a.start < read.stop and read.start < a.stop and a.block == read.block]
    mine = [a for a in same if a.process == read.process]
    if any(a.writes and a.position > read.position for a in mine):
        return True
    if any(a.line == read.line and not a.writes and a.position != read.position for a in mine):
        return True
    writes = [a for a in same if a.process == write.process and a.line == write.line and a.start == write.start]
    if sum(events[a.position].detail.get("times", 1) for a in writes if a.writes) > 1:
        return True
    return _goes_back(write, same, flow) and any(a.position > read.position and not a.writes for a in mine)


def _goes_back(write: Access, same: Iterable[Access], flow: DataFlow) -> bool:
    """Whether the write goes back to a read of its process."""
    lines = {a.line for a in same if a.process == write.process and not a.writes and a.line is not None}
    if write.kept is not None:
        return True
    return write.line is not None and any(flow.between(line, write.line).value for line in lines)
