"""Races: accesses to the same bytes that nothing puts in order, nothing but a sleep, or locks that let go too early.

Two accesses of different processes to the same bytes, one of them a write, race if neither happened before the other
(``happens_before``) and no lock was held at both. The order says what the run proves; the locks say what the order
leaves open, since it has no edge from a lock alone. To use both is the way of hybrid race detectors (O'Callahan and
Choi, Hybrid dynamic data race detection, PPoPP 2003); the locks held at an access are a lockset, as in Eraser (Savage
et al., TOCS 1997), but compared pair by pair, not intersected over all accesses to a byte.

A lost update is another thing: each access is locked, but not all from the read to the write (``updates``). And under
a lock a sleep can stand in place of an order (``locked_sleeps``). Both are found in a second pass, in which accesses in
question do not order sections of a lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ...wire.kinds import kinds_with
from ...wire.roles import rank
from ..order.happens_before import Access, HappensBefore
from .data_flow import DataFlow
from .locked_sleeps import asleep
from .pairs import pairs, site_of
from .places import Places
from .race import Race, weight_of
from .race_wording import RaceWords
from .sleeps import Sleeps
from .unsaid import Unsaid, without_a_verdict
from .updates import lost_updates
from .verdict import Verdict

if TYPE_CHECKING:
    from ...trace.event import Event
    from ...trace.trace import Trace
    from .syntax import Syntax

MOST_RACES = 3
_COUNTED = kinds_with("counted")


def races(run: Trace, syntax: Syntax, unsaid: list[Unsaid] | None = None) -> Iterator[Verdict]:
    """The verdicts on accesses without an order; to ``unsaid`` goes where only what is not seen may give them one."""
    events = complete_events(run)
    roles = sorted((process.name for process in run.processes), key=rank)
    order = HappensBefore(events, roles)
    accesses = list(order.accesses())
    flow = DataFlow(syntax, {access.line for access in accesses if access.writes})
    found = _merged_by_site(pairs(accesses, _unlocked), partial(_sleep_between, Sleeps(order), flow))
    for race in found[:MOST_RACES]:
        race.goes_back = race.sleep is None and _goes_back(race.second, race.first, flow)
    if unsaid is not None and order.unseen:
        blind = list(HappensBefore(events, roles, unseen_order=False).accesses())
        unsaid += without_a_verdict(order.unseen, found, _merged_by_site(pairs(blind, _unlocked), _no_sleep))
    found += _merged_by_site(*asleep(events, roles, accesses, Sleeps(order), flow))
    lost = list(lost_updates(events, roles, accesses, flow))
    in_one_line = _merged_by_site(((each.write, each.other) for each in lost if each.in_one_line), _no_sleep)
    words = RaceWords({event.detail.get("block") for event in events if event.kind == "maps"})
    at = Places(events)
    yield from (at.about(words.race(race), race.first, race.second, sleep=race.sleep) for race in found[:MOST_RACES])
    for race in in_one_line:
        if not _already_reported(race, found):
            yield at.about(words.lost_update(race), race.first, race.second, with_reads=True)
    over_lines = words.lost_updates_over_lines(each for each in lost if not each.in_one_line)
    for verdict, each in over_lines[:MOST_RACES]:
        yield at.about(verdict, each.read, each.write, each.other)


def _sleep_between(sleeps: Sleeps, flow: DataFlow, one: Access, other: Access) -> int | None:
    """A sleep that stands for an order; none that only lies between a read and the write that goes back to it."""
    read, write = (other, one) if one.writes else (one, other)
    return None if _goes_back(read, write, flow) else sleeps.between(one, other)


def _goes_back(read: Access, write: Access, flow: DataFlow) -> bool:
    """Whether what is written in the one line depends on what is read in the other one."""
    if read.writes or read.line is None or write.line is None:
        return False
    return flow.between(read.line, write.line).value


def _no_sleep(_: Access, __: Access) -> None:
    return None


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


def _unlocked(one: Access, other: Access) -> bool:
    return not one.locks & other.locks


def _merged_by_site(
    found_pairs: Iterable[tuple[Access, Access]], sleep_between: Callable[[Access, Access], int | None]
) -> list[Race]:
    """One race for each site; it stands for nothing but a sleep only if all its pairs do."""
    found: dict[tuple[object, ...], Race] = {}
    for one, other in found_pairs:
        first, second = _named(one, other)
        site = site_of(one, other)
        sleep = sleep_between(one, other) if site not in found or found[site].sleep is not None else None
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
