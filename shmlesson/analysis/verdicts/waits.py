"""Waits: what each process waited for when a run ended, which locks were held, and what there was to wait for."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...wire.kinds import Edge
from ..order import synchronization
from ..order.critical_sections import mutexes
from ..order.reads_from import back_of, way_back_of
from .phrases import thing_named

if TYPE_CHECKING:
    from ...trace.event import Event
    from ...trace.trace import Trace

PIPE_CAPACITY = synchronization.PIPE_CAPACITY


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait that a process has not come back from; at a ``full pipe`` it waits for room.

    ``call`` is the library's function that waits, ``within`` a line in the middle of which it was called, ``threads``
    are lines in which other threads of the process wait. ``after``: all that is known is that it came after that line;
    ``away``: it has become another program there. ``event`` is what has told of it, at the deadline at the latest.
    """

    process: str
    at: str
    name: str
    line: int | None
    call: str = ""
    within: int | None = None
    threads: tuple[int, ...] = ()
    after: bool = False
    away: bool = False
    event: Event | None = field(default=None, compare=False)

    def is_for(self, child: str) -> bool:
        """Whether it is for the end of ``child``."""
        return self.at == "child" and self.name in (child, "any child")


@dataclass(frozen=True, slots=True)
class Hold:
    """A lock that a process has, since it acquired it in ``line``."""

    process: str
    name: str
    line: int | None


class Things:
    """The pipes, locks and the like of a run, by their names: who made each, with which value, and who used it."""

    def __init__(self, run: Trace) -> None:
        made = [event for event in run.events if event.edge == Edge.MAKE]
        self._makers: dict[str, tuple[str, str]] = {e.detail["name"]: (e.process, e.detail["at"]) for e in made}
        self._own = {e.detail["name"] for e in made if not e.detail.get("inner")}
        self.values = {e.detail["name"]: e.detail.get("value") for e in made}
        self.released = {e.detail["name"] for e in run.events if e.edge == Edge.RELEASE and "name" in e.detail}
        self._alike = Counter(map(self._sort, self._own))

    def maker(self, name: str) -> str:
        """The process that made it; the parent, where no event says so."""
        return self._makers.get(name, ("parent", ""))[0]

    def is_lock_of_the_program(self, name: str) -> bool:
        """Whether it is a lock, and the program itself made it, not a library."""
        return self._sort(name) in ("lock", "rlock") and name in self._own

    def named(self, name: str) -> str:
        """``the pipe``, or ``pipe 2`` where there are several; ``the way back of`` either."""
        if first := back_of(name):
            return way_back_of(self.named(first))
        return thing_named(name, name in self._own and self._alike[self._sort(name)] == 1)

    def _sort(self, name: str) -> str:
        return self._makers[name][1] if name in self._makers else "lock"


def holds(run: Trace) -> dict[str, Hold]:
    """Who has which lock at the end, by the lock's name."""
    found: dict[str, Hold] = {}
    locks = mutexes(run.events)
    for event in run.events:
        name = event.detail.get("name")
        if name in locks and event.edge == Edge.ACQUIRE:
            found[name] = Hold(event.process, name, event.detail.get("line"))
        elif name in locks and event.edge == Edge.RELEASE:
            found.pop(name, None)
    return found


def unread(run: Trace) -> dict[str, int]:
    """The bytes that were written into each pipe and not read, by the pipe's name."""
    inside: defaultdict[str, int] = defaultdict(int)
    signs = {Edge.RELEASE: 1, Edge.ACQUIRE: -1}
    for event in run.events:
        if event.detail.get("at") == "pipe" and event.edge in signs and "name" in event.detail:
            inside[event.detail["name"]] += signs[event.edge] * event.detail.get("count", 0)
    return dict(inside)


def events_of(waits: list[Wait]) -> tuple[Event, ...]:
    """What has told of them."""
    return tuple(wait.event for wait in waits if wait.event is not None)


def waits_of(waits: list[Wait]) -> list[str]:
    """The roles that wait."""
    return [wait.process for wait in waits]
