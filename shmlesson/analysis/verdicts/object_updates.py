"""Updates of what a manager shares out: an item is read by one call, and written back by another.

Each call is whole, and who calls comes after those who called before. But between the two another process can write,
unless a lock is held from the one to the other (``updates``). So each item that several processes write is looked at by
itself, as if it were some bytes of a block, and calls of it put nothing in order; all other calls do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from zlib import crc32

from ...memory.contents import Contents
from ...trace.event import Event
from ...wire.kinds import Edge
from ...wire.roles import rank
from ..order.happens_before import Access, HappensBefore, Touch
from .data_flow import DataFlow
from .pairs import pairs
from .phrases import in_order, known, listed
from .races import MOST_RACES, complete_events
from .updates import Update, Updates
from .verdict import Verdict

if TYPE_CHECKING:
    from ...trace.trace import Trace
    from .syntax import Syntax

_MOST_ITEMS = 20
_SIZE = 4  # bytes that stand for a value
Item = tuple[str, str]  # the name of the object, and what the item is called
Found = dict[tuple[str, int, int], tuple[set[str], set[str]]]  # object, line that reads, one that writes: items, roles


def object_updates(run: Trace, syntax: Syntax) -> Iterator[Verdict]:
    """The verdicts on items that one process can write while another one goes from a read of it to its own write."""
    events = complete_events(run)
    roles = sorted((process.name for process in run.processes), key=rank)
    found: Found = defaultdict(lambda: (set(), set()))
    for item in _written_by_several(events)[:_MOST_ITEMS]:
        for update, other in _lost(events, roles, item, syntax):
            if update.read and update.read.line and update.write.line:
                items, processes = found[item[0], update.read.line, update.write.line]
                items.add(item[1])
                processes |= {update.write.process} | ({other.process} if other.line == update.write.line else set())
    yield from (_verdict(key, *found[key]) for key in sorted(found)[:MOST_RACES])


def _verdict(key: tuple[str, int, int], items: set[str], roles: set[str]) -> Verdict:
    name, read, write = key
    what = f"{next(iter(items))} of {name}" if len(items) == 1 else f"items of {name}"
    who = f"Line {read} ({listed(in_order(roles))}) reads {what}"
    back = "and writes it back" if read == write else f"and line {write} writes it back"
    text = f"{who} {back}: another process can write between the two calls, and an update can be lost."
    return Verdict("lost update", text, in_order(roles), known(read, write))


def _is_about(event: Event, item: Item | None = None) -> bool:
    detail = event.detail
    if detail.get("at") != "object" or "item" not in detail or event.edge not in (Edge.RELEASE, Edge.NOTICE):
        return False
    return item is None or (detail["name"], detail["item"]) == item


def _written_by_several(events: Sequence[Event]) -> list[Item]:
    """The items that two processes write, of which one at least has read it before."""
    writers: defaultdict[Item, set[str]] = defaultdict(set)
    readers: set[tuple[Item, str]] = set()
    updated: set[Item] = set()
    for event in filter(_is_about, events):
        item = event.detail["name"], event.detail["item"]
        if event.edge == Edge.NOTICE:
            readers.add((item, event.process))
        else:
            writers[item].add(event.process)
            updated |= {item} if (item, event.process) in readers else set()
    return [item for item in writers if item in updated and len(writers[item]) > 1]


def _lost(events: Sequence[Event], roles: Sequence[str], item: Item, syntax: Syntax) -> Iterator[tuple[Update, Access]]:
    """Updates of this item, each with a write of another process that can come in between."""
    maps = Event(roles[0], "maps", 0, {"size": _SIZE, "memory": "shared", "block": item[0]})
    told = [maps, *(_as_access(event) if _is_about(event, item) else event for event in events)]
    accesses = [a for a in HappensBefore(told, roles, apart=_nothing_in_order(item)).accesses() if a.block == item[0]]
    flow = DataFlow(syntax, {access.line for access in accesses if access.writes})
    updates = Updates(accesses, told, flow).by_position
    writes = [replace(access, kept=None) for access in accesses if access.writes]

    def clash(one: Access, other: Access) -> Update | None:
        for write, between in ((one, other), (other, one)):
            update = updates.get(write.position)
            if update is None or update.read is None or update.kept & between.locks:
                continue
            if update.only is None or update.is_the_same(updates.get(between.position)):
                return update
        return None

    for one, other in pairs(writes, lambda one, other: clash(one, other) is not None):
        if update := clash(one, other):
            yield update, other if update.write.position == one.position else one


def _nothing_in_order(item: Item) -> Callable[[Touch], bool]:
    def apart(touch: Touch) -> bool:
        return touch[0] == item[0]

    return apart


def _as_access(event: Event) -> Event:
    value = crc32(event.detail.get("value", "").encode()).to_bytes(_SIZE, "little")
    contents = Contents(_SIZE, [(place, 1, byte) for place, byte in enumerate(value)])
    kind = "writes" if event.edge == Edge.RELEASE else "reads"
    place = {"line": event.detail["line"]} if "line" in event.detail else {}
    detail = {"block": event.detail["name"], "offset": 0, "contents": contents, **place}
    return Event(event.process, kind, event.time, detail)
