"""States: who holds a lock, what waits in a pipe, whether an event is set, from which step of a story on.

They are the state as the story tells it: its steps are carried out one after the other, as ``reads_from`` carries out
the writes. A release is reported right before it is done, an acquire right after: so in a story the release that lets
an acquire through comes before it, and each step can be carried out where it stands. What a library does for itself
with such a thing (a condition gives its lock back while it waits) is no step of a story; it counts from the next step
of its process on. What is not known is not made up: a thing that nobody here has made has no state before its first
step, and bytes that nobody here has sent leave it open how many are left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...trace.event import Event
from ...trace.trace import Trace
from ...wire.kinds import Edge
from .reads_from import noun_of, way_back_of
from .synchronization import PIPE_CAPACITY

_LOCKS = ("lock", "rlock", "file lock")
SORTS = (*_LOCKS, "semaphore", "event", "pipe", "barrier", "condition")


@dataclass(frozen=True, slots=True)
class State:
    """What a thing is like ``step`` on: a place among the steps, from 0.

    ``holder`` is the role that holds a lock, or empty; ``count`` the bytes or items that wait, the tokens that a
    semaphore has, or the processes that have come to a barrier (None: not known, or nothing that is counted). ``value``
    says the same in few words, empty where nothing is known. ``waiting`` are the roles that wait at it from here on,
    and never come back.
    """

    step: int
    holder: str = ""
    count: int | None = None
    value: str = ""
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Track:
    """One lock, pipe or the like over time: its states, the earliest first; no two of them at the same step.

    ``at`` is its sort: one of ``SORTS``, or ``queue``.
    """

    name: str
    at: str
    states: Sequence[State]


def tracks(run: Trace, steps: Sequence[Event]) -> dict[str, Track]:
    """The track of each lock, pipe and the like that the steps are about, by its name, in the order of first use."""
    used = dict.fromkeys(event.detail["name"] for event in steps if _is_about_one(event))
    found: dict[str, _Thing] = {}
    waits = _waits_without_an_end(run, steps)
    for step, event, is_step in _with_ways_back(_carried_out(run, steps)):
        if event.edge == Edge.END:
            for thing in found.values():
                thing.ends(step, event.process)
        if not _is_about_one(event) or event.detail["name"] not in used:
            continue
        name: str = event.detail["name"]
        thing = found.get(name) or found.setdefault(name, _thing(name, event.detail["at"], step, event))
        thing.carry_out(step, event, is_step)
        if id(event) in waits:
            thing.wait(step, event)
    return {name: found[name].track for name in used}


def _with_ways_back(acts: Iterable[tuple[int, Event, bool]]) -> Iterator[tuple[int, Event, bool]]:
    for step, event, is_step in acts:
        yield step, event, is_step
        if other := _made_with(event):
            yield step, other, is_step


def _made_with(event: Event) -> Event | None:
    """The other pipe of a pair of connected sockets: it is made when the first is, and told of with that one alone."""
    if event.edge != Edge.MAKE or event.detail["at"] != "pipe":
        return None
    return replace(event, detail={**event.detail, "name": way_back_of(event.detail["name"])})


def _is_about_one(event: Event) -> bool:
    return event.detail.get("at") in SORTS and "name" in event.detail


def _waits_without_an_end(run: Trace, steps: Sequence[Event]) -> set[int]:
    """The waits among the steps (those that come to an end are none), and the sends that can be such a wait."""
    left = {process.name for process in run.processes if process.stopped}
    lasts: dict[str, Event] = {}
    for event in run.events:
        if event.kind == "stuck" or (event.kind == "stands" and event.detail["state"] == "waits"):
            left.add(event.process)
        elif event.kind == "stands":
            lasts.pop(event.process, None)
        else:
            lasts[event.process] = event
    sends = (event for role, event in lasts.items() if role in left and event.kind == "sends")
    return {id(event) for event in (*sends, *(step for step in steps if step.kind == "waits"))}


def _carried_out(run: Trace, steps: Sequence[Event]) -> Iterator[tuple[int, Event, bool]]:
    """All that is done, in the order of the steps: from which step on it counts, and whether it is one of them."""
    places = {id(event): place for place, event in enumerate(steps)}
    following: dict[str, int] = {}
    due: defaultdict[int, list[Event]] = defaultdict(list)
    for event in reversed(run.events):
        if id(event) in places:
            following[event.process] = places[id(event)]
        elif _is_about_one(event) and event.process in following:
            due[following[event.process]].append(event)
    for place, event in enumerate(steps):
        yield from ((place, hidden, False) for hidden in reversed(due[place]))
        yield place, event, True


class _Thing:
    """A thing of a sort that has no state but who waits there, and how its states are written down."""

    def __init__(self, name: str, at: str) -> None:
        self._name, self._at = name, at
        self._states: list[State] = []

    @property
    def track(self) -> Track:
        return Track(self._name, self._at, tuple(self._states))

    def carry_out(self, step: int, event: Event, is_step: bool) -> None:
        """``event`` is done at this thing, and counts from ``step`` on; nothing else can change its state."""
        if not self._states:
            self._note(step)

    def ends(self, step: int, role: str) -> None:
        """A process has ended, and with it what it had."""

    def wait(self, step: int, event: Event) -> None:
        """A process begins to wait here, for ever."""
        self._note(step, waiting=(*self._now.waiting, event.process))

    @property
    def _now(self) -> State:
        return self._states[-1] if self._states else State(0)

    def _note(self, step: int, **changes: Any) -> None:
        """From ``step`` on it is so; of several at one step the last is what one sees there."""
        now = replace(self._now, step=step, **changes)
        if self._states and replace(now, step=self._now.step) == self._now:
            return
        if self._states and self._now.step == step:
            self._states.pop()
        self._states.append(now)


class _Lock(_Thing):
    """A lock: free, or held by one process; one on a file may be shared by several."""

    def __init__(self, name: str, at: str) -> None:
        super().__init__(name, at)
        self._holders: tuple[str, ...] = ()

    def carry_out(self, step: int, event: Event, is_step: bool) -> None:
        if event.edge == Edge.ACQUIRE:
            shared = self._holders if event.detail.get("shared") else ()
            self._hold(step, (*(role for role in shared if role != event.process), event.process))
        elif event.edge == Edge.RELEASE:
            self._release(step, event.process, is_step)
        elif event.edge == Edge.MAKE:
            self._hold(step, ())
        elif not self._states:
            self._note(step)

    def ends(self, step: int, role: str) -> None:
        if self._at == "file lock":  # the system gives it back; see flock(2)
            self._release(step, role, is_step=False)

    def _release(self, step: int, role: str, is_step: bool) -> None:
        """Anybody may release a lock; but what is no step may come late, when another process has it already."""
        if role in self._holders:
            self._hold(step, tuple(holder for holder in self._holders if holder != role))
        elif is_step and self._at != "file lock":
            self._hold(step, ())

    def _hold(self, step: int, holders: tuple[str, ...]) -> None:
        self._holders = holders
        holder = holders[0] if len(holders) == 1 else ""
        self._note(step, holder=holder, value=f"held by {' and '.join(holders)}" if holders else "free")


class _Counted(_Thing):
    """A thing of which there is a number: it grows with a release, and shrinks with an acquire."""

    def carry_out(self, step: int, event: Event, is_step: bool) -> None:
        self._count(step, self._after(self._now.count, event))

    def _after(self, count: int | None, event: Event) -> int | None:
        """The number behind this event."""
        if event.edge == Edge.MAKE:
            value: int | None = event.detail.get("value", 0)
            return value
        return count

    def _count(self, step: int, count: int | None) -> None:
        self._note(step, count=count, value="" if count is None else self._said(count))

    def _said(self, count: int) -> str:
        """The words for this number."""
        return f"{count:,}"


class _Semaphore(_Counted):
    """A semaphore: its tokens."""

    def _after(self, count: int | None, event: Event) -> int | None:
        if event.edge == Edge.NOTICE and count is None:
            found: int | None = event.detail.get("count")
            return found
        if count is None or event.edge not in (Edge.RELEASE, Edge.ACQUIRE):
            return super()._after(count, event)
        return max(0, count + (1 if event.edge == Edge.RELEASE else -1))

    def _said(self, count: int) -> str:
        return f"{count:,} left"


class _Pipe(_Counted):
    """A pipe, a socket or the like: the bytes that are on their way through it; of a queue the items."""

    def __init__(self, name: str, at: str) -> None:
        super().__init__(name, at)
        self._one = {"eventfd": "", "queue": "item"}.get(noun_of(name), "byte")

    def _after(self, count: int | None, event: Event) -> int | None:
        number = event.detail.get("count", 1 if self._at == "queue" else None)
        if event.edge == Edge.ACQUIRE and number == 0:
            return 0  # its end: all has been read
        if event.edge == Edge.RELEASE:
            return None if number is None or count is None else count + number
        if event.edge == Edge.ACQUIRE:
            return None if number is None or count is None or number > count else count - number
        return super()._after(count, event)

    def wait(self, step: int, event: Event) -> None:
        # Small writes can leave up to half of each page of a pipe empty.
        if event.kind != "sends" or (self._now.count or 0) > PIPE_CAPACITY // 2:
            super().wait(step, event)

    def _said(self, count: int) -> str:
        if self._one == "byte" and noun_of(self._name) == "pipe" and count > PIPE_CAPACITY:
            return "full"
        if not self._one:
            return f"{count:,}"
        return f"{count:,} {self._one}{'' if count == 1 else 's'}" if count else "empty"


class _Event(_Thing):
    """An event: set or not, as it is made, set and cleared, or else as it is found."""

    def carry_out(self, step: int, event: Event, is_step: bool) -> None:
        is_found = event.edge in (Edge.ACQUIRE, Edge.NOTICE) and not self._now.value
        if event.edge == Edge.MAKE:
            self._note(step, value="not set")
        elif event.edge == Edge.RELEASE or is_found:
            self._note(step, value="not set" if event.detail.get("count") == 0 else "set")
        elif not self._states:
            self._note(step)


class _Barrier(_Counted):
    """A barrier: how many have come in this round, of how many that it waits for."""

    _parties = 0

    def _after(self, count: int | None, event: Event) -> int | None:
        if event.edge == Edge.MAKE:
            self._parties = event.detail.get("value", 0)
            return 0
        if event.edge != Edge.RELEASE or count is None:
            return count
        return 1 if count == self._parties else count + 1

    def _said(self, count: int) -> str:
        return f"{count:,} of {self._parties:,} there" if self._parties else f"{count:,} there"


_CLASSES: Mapping[str, type[_Thing]] = {
    **dict.fromkeys(_LOCKS, _Lock),
    **{"semaphore": _Semaphore, "event": _Event, "pipe": _Pipe, "queue": _Pipe, "barrier": _Barrier},
}


def _thing(name: str, at: str, step: int, first: Event) -> _Thing:
    sort = "queue" if noun_of(name) == "queue" else at
    return _CLASSES.get(sort, _Thing)(name, sort)
