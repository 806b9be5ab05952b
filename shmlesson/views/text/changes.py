"""What changed between two looks at a block: which bytes differ, in offsets and in words."""

from __future__ import annotations

from itertools import pairwise

from ...memory.contents import Contents
from .cells import cells, spans

_SAID = 8  # places: more are counted
Places = list[tuple[int, int]]  # offset and length of each, in order


def changes(before: Contents, now: Contents) -> Places:
    """Where bytes that both looks know differ; it takes as long for a GiB as for a byte."""
    size = min(len(before), len(now))
    edges = sorted({offset for look in (before, now) for offset, _, _ in spans(look, 0, size)} | {size})
    places: Places = []
    for start, end in pairwise(edges):
        if _differ(before, now, start):
            _add(places, start, end - start)
    return places


def changed_offsets(before: Contents, now: Contents, start: int, length: int) -> set[int]:
    """The offsets that changed in this part of the block."""
    places = changes(before, now)
    parts = (range(max(start, offset), min(start + length, offset + long)) for offset, long in places)
    return {offset for part in parts for offset in part}


def _differ(before: Contents, now: Contents, offset: int) -> bool:
    (old,), (new,) = cells(before, offset, 1), cells(now, offset, 1)
    return None not in (old, new) and old != new


def _add(places: Places, start: int, length: int) -> None:
    """Add a place, or make the last one longer where it goes on."""
    if places and sum(places[-1]) == start:
        start, length = places[-1][0], places.pop()[1] + length
    places.append((start, length))


def changes_in_words(before: Contents, now: Contents) -> str:
    """One or two sentences: how many bytes changed, and where."""
    places = changes(before, now)
    count = sum(length for _, length in places)
    known = " of those that are known" if before.capped or now.capped else ""
    said = f"{f'{count:,}' if count else 'No'} byte{'' if count <= 1 else 's'}{known} changed{_where(places)}."
    sizes = f" The block had {len(before):,} bytes and has {len(now):,}." if len(before) != len(now) else ""
    return said + sizes


def _where(places: Places) -> str:
    if not places:
        return ""
    said = [f"{start:,}" if length == 1 else f"{start:,} to {start + length - 1:,}" for start, length in places[:_SAID]]
    more = f" and {len(places) - _SAID:,} more places" if len(places) > _SAID else ""
    return f": offset {', '.join(said)}{more}"
