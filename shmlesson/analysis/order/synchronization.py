"""Synchronization: which release let an acquire through, at a pipe, a semaphore, an event or a barrier.

Each sort of thing is a channel for clocks: a release puts one in, an acquire takes out what it learns. The channel does
with clocks what the thing itself does with bytes or tokens, in the order of the reports, so the invariant is that it
holds the clocks of just those bytes, tokens or arrivals that the thing holds. Bytes leave a pipe in the order in which
they came (pipe(7)); a semaphore's tokens are all alike, and the one released first is taken to be acquired first. What
a clock is, is all the same to a channel: ``pairs`` puts places of events in their stead.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, Protocol

from ...wire.kinds import Edge
from .vector_clocks import Clock, later

if TYPE_CHECKING:
    from ...trace.event import Event


class Channel(Protocol):
    """Something that processes release and acquire, or send by and receive from."""

    def release(self, role: str, detail: Mapping[str, Any], clock: Clock) -> None:
        """``role`` releases it, or sends, and knows ``clock``."""

    def acquire(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        """What ``role`` learns by what it acquires, or receives, now."""

    def notice(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        """What ``role`` learns by finding that it could acquire, or receive: the first release that lets it."""


class Pipe:
    """Bytes come out in the order in which they went in; its end comes after all of them."""

    def __init__(self) -> None:
        self._inside: deque[tuple[int, Clock]] = deque()
        self._all: Clock | None = None

    def release(self, role: str, detail: Mapping[str, Any], clock: Clock) -> None:
        self._inside.append((detail.get("count", 1), clock))
        self._all = _both(self._all, clock)

    def acquire(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        count, learnt = detail.get("count", 1), None
        if count == 0:
            return self._all
        while count > 0 and self._inside:
            there, clock = self._inside.popleft()
            learnt = _both(learnt, clock)
            if there > count:
                self._inside.appendleft((there - count, clock))
            count -= there
        return learnt

    def notice(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        if detail.get("count") == 0:
            return self._all
        return self._inside[0][1] if self._inside else None


class Tokens:
    """A semaphore, or a lock that one process releases for another: each release lets one acquire go on."""

    def __init__(self, value: int) -> None:
        self._free = value
        self._released: deque[Clock] = deque()
        self._given: Clock | None = None
        self._taken: Clock | None = None

    def release(self, role: str, detail: Mapping[str, Any], clock: Clock) -> None:
        self._released.append(clock)
        self._given = _both(self._given, clock)

    def take(self, clock: Clock) -> None:
        """Somebody who knows ``clock`` acquires it: told where another process looks how many tokens are left."""
        self._taken = _both(self._taken, clock)

    def acquire(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        if self._free > 0:
            self._free -= 1
            return None
        return self._released.popleft() if self._released else None

    def notice(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        """With more tokens than were there at first, so many have been released; else others may have been taken."""
        more = detail.get("count", 1) - max(0, self._free)
        if more <= 0 and "count" in detail:
            return self._taken if self._given is None else _both(self._taken, self._given)
        learnt = None
        for clock in islice(self._released, max(0, more)):
            learnt = _both(learnt, clock)
        return learnt


class Flag:
    """An event: a process that finds it set comes after all that set it; one that finds it cleared, after who did that.

    The same goes for a file that is there or gone. What is cleared, gone, or found so, has a count of 0.
    """

    def __init__(self) -> None:
        self._all: dict[bool, Clock] = {}

    def release(self, role: str, detail: Mapping[str, Any], clock: Clock) -> None:
        there = detail.get("count") != 0
        self._all[there] = _both(self._all.get(there), clock)

    def acquire(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        return self._all.get(detail.get("count") != 0)

    notice = acquire


class Barrier:
    """A process that passes comes after all that arrived in the same round."""

    def __init__(self, parties: int) -> None:
        self._parties = max(1, parties)
        self._arrived = 0
        self._rounds: list[Clock | None] = []
        self._own: defaultdict[str, deque[int]] = defaultdict(deque)

    def release(self, role: str, detail: Mapping[str, Any], clock: Clock) -> None:
        if self._arrived % self._parties == 0:
            self._rounds.append(None)
        self._arrived += 1
        self._rounds[-1] = _both(self._rounds[-1], clock)
        self._own[role].append(len(self._rounds) - 1)

    def acquire(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        own = self._own[role]
        return self._rounds[own.popleft()] if own else None

    def notice(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        """Who finds somebody waiting there comes after the arrivals so far."""
        return self._rounds[-1] if self._rounds and detail.get("count") else None


def channel_of(at: str, value: int | None) -> Channel:
    """A new channel of the sort ``at``, with the ``value`` that it was made with."""
    if at == "pipe":
        return Pipe()
    if at == "semaphore" or at in ("lock", "rlock"):
        return Tokens(1 if value is None else value)
    return Barrier(value or 1) if at == "barrier" else Flag()


class LastEvents:
    """The last event of each process so far, by its place among the events."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}  # the latest comes last

    def note(self, role: str, place: int) -> None:
        """``role`` has an event at this place."""
        self._places.pop(role, None)
        self._places[role] = place

    def since(self, place: int) -> list[tuple[str, int]]:
        """The processes with an event from this place on, each with its last; the latest first."""
        return list(takewhile(lambda last: last[1] >= place, reversed(self._places.items())))


class FileLockHolders:
    """Who has had which lock on a file. Closing its descriptor frees it, too (flock(2)); that is not always reported.

    Those who share a lock, or what was opened when it was taken with ``flock``, do not wait for each other.
    """

    def __init__(self) -> None:
        self.lasts = LastEvents()
        self._had: defaultdict[tuple[str, bool], dict[tuple[str, str, bool], int | None]] = defaultdict(dict)
        self._taken: dict[tuple[str, bool], int] = {}

    def take(self, event: Event, place: int) -> list[tuple[str, int, bool]]:
        """A process has one now; those that had it before, each with the event that all of its own were before.

        That is the release (then this says so), or its last event, if none was reported. Not those without an event
        since it was taken last: all of theirs are before what was done then.
        """
        role, through, shared = event.process, event.detail.get("through", ""), bool(event.detail.get("shared"))
        key = event.detail["name"], bool(through)
        had = self._had[key]
        apart = {
            other: released
            for (other, by, others), released in had.items()
            if other != role and not (shared and others) and (by != through or not through)
        }
        lasts = dict(self.lasts.since(self._taken.get(key, 0)))
        before = [
            (other, lasts[other], False) for other, released in apart.items() if released is None and other in lasts
        ]
        before += [(other, released, True) for other, released in apart.items() if released is not None]
        had[role, through, shared] = None
        # From now on nobody need look further back, if this one has waited for all.
        self._taken[key] = place if len(apart) == len({other for other, _, _ in had} - {role}) else 0
        return before

    def release(self, event: Event, place: int) -> None:
        """The process reports that it is about to release it."""
        for kind in (False, True):
            for role, through, shared in self._had.get((event.detail["name"], kind), {}):
                if role == event.process:
                    self._had[event.detail["name"], kind][role, through, shared] = place


def pairs(events: Sequence[Event]) -> Iterator[tuple[int, int]]:
    """Each acquire that a release let through, as two places among ``events``: of the release, and its own.

    A receive is paired with what sent its last byte. The release of a lock on a file is not reported: in its stead
    stands the last event of each process that had it before.
    """
    values = {event.detail["name"]: event.detail.get("value") for event in events if event.edge == Edge.MAKE}
    channels: dict[str, Channel] = {}
    holders = FileLockHolders()
    for place, event in enumerate(events):
        holders.lasts.note(event.process, place)
        if event.edge not in (Edge.RELEASE, Edge.ACQUIRE) or "name" not in event.detail:
            continue
        name = event.detail["name"]
        if event.detail["at"] == "file lock":
            if event.edge == Edge.RELEASE:
                holders.release(event, place)
            else:
                yield from ((last, place) for _, last, _ in holders.take(event, place))
            continue
        channel = channels.setdefault(name, channel_of(event.detail["at"], values.get(name)))
        if event.edge == Edge.RELEASE:
            channel.release(event.process, event.detail, (place,))
        elif source := channel.acquire(event.process, event.detail):
            yield source[0], place


def _both(one: Clock | None, other: Clock) -> Clock:
    return other if one is None else later(one, other)
