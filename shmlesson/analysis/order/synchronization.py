"""Synchronization: whose clock one learns by an acquire or a receive, at a pipe, a semaphore, an event, a barrier."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Protocol

from ...wire.kinds import Orders
from .vector_clocks import Clock, later

if TYPE_CHECKING:
    from ...trace.trace import Event


class Channel(Protocol):
    """Something that processes release and acquire, or send by and receive from."""

    def release(self, role: str, detail: Mapping[str, Any], clock: Clock) -> None:
        """``role`` releases it, or sends, and knows ``clock``."""

    def acquire(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        """What ``role`` learns by what it acquires, or receives, now."""


class Pipe:
    """Bytes come out in the order in which they went in; its end comes after all of them."""

    def __init__(self) -> None:
        self._inside: deque[tuple[int, Clock]] = deque()
        self._all: Clock | None = None

    def release(self, role: str, detail: Mapping[str, Any], clock: Clock) -> None:
        self._inside.append((detail.get("count", 1), clock))
        self._all = _both(self._all, clock)

    def acquire(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        count, heard = detail.get("count", 1), None
        if count == 0:
            return self._all
        while count > 0 and self._inside:
            there, clock = self._inside.popleft()
            heard = _both(heard, clock)
            if there > count:
                self._inside.appendleft((there - count, clock))
            count -= there
        return heard


class Tokens:
    """A semaphore, or a lock that one process releases for another: each release lets one acquire go on."""

    def __init__(self, value: int) -> None:
        self._free = value
        self._released: deque[Clock] = deque()

    def release(self, role: str, detail: Mapping[str, Any], clock: Clock) -> None:
        self._released.append(clock)

    def acquire(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        if self._free > 0:
            self._free -= 1
            return None
        return self._released.popleft() if self._released else None


class Flag:
    """An event: who finds it set comes after all who set it."""

    def __init__(self) -> None:
        self._all: Clock | None = None

    def release(self, role: str, detail: Mapping[str, Any], clock: Clock) -> None:
        self._all = _both(self._all, clock)

    def acquire(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        return self._all


class Barrier:
    """Who passes comes after all who arrived in the same round."""

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


def channel_of(at: str, value: int | None) -> Channel:
    """A new channel of the sort ``at``, with the ``value`` that it was made with."""
    if at == "pipe":
        return Pipe()
    if at == "semaphore" or at in ("lock", "rlock"):
        return Tokens(1 if value is None else value)
    return Barrier(value or 1) if at == "barrier" else Flag()


class Lasts:
    """The last that each process has told, by its place among the events."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}  # who told last comes last

    def note(self, role: str, place: int) -> None:
        """``role`` tells something."""
        self._places.pop(role, None)
        self._places[role] = place

    def since(self, place: int) -> list[tuple[str, int]]:
        """Those who have told something from this place on, and the last of it; who told last comes first."""
        return list(takewhile(lambda last: last[1] >= place, reversed(self._places.items())))


class Holders:
    """Who has had which lock on a file. It is free once its descriptor is closed, and nobody tells of that."""

    def __init__(self) -> None:
        self.lasts = Lasts()
        self._had: defaultdict[str, set[str]] = defaultdict(set)
        self._taken: dict[str, int] = {}

    def take(self, name: str, role: str, place: int) -> list[tuple[str, int]]:
        """``role`` has it now; those who had it before, each with its last: all that they have told, they did before.

        Not those who have told nothing since it was taken last: all of that is before what was done then.
        """
        had = self._had[name]
        before = [last for last in self.lasts.since(self._taken.get(name, 0)) if last[0] in had and last[0] != role]
        had.add(role)
        self._taken[name] = place
        return before


def pairs(events: Sequence[Event]) -> Iterator[tuple[int, int]]:
    """Each acquire or receive, as the place of where its token, or last byte, came from, and its own.

    For a lock on a file, whose release is not reported, it is the last event of each process that had it before.
    """
    values = {event.detail["name"]: event.detail.get("value") for event in events if event.orders == Orders.MAKE}
    channels: dict[str, Channel] = {}
    holders = Holders()
    for place, event in enumerate(events):
        holders.lasts.note(event.process, place)
        if event.orders not in (Orders.RELEASE, Orders.ACQUIRE) or "name" not in event.detail:
            continue
        name = event.detail["name"]
        if event.detail["at"] == "file lock":
            yield from ((last, place) for _, last in holders.take(name, event.process, place))
            continue
        channel = channels.setdefault(name, channel_of(event.detail["at"], values.get(name)))
        if event.orders == Orders.RELEASE:
            channel.release(event.process, event.detail, (place,))
        elif released := channel.acquire(event.process, event.detail):
            yield released[0], place


def _both(one: Clock | None, other: Clock) -> Clock:
    return other if one is None else later(one, other)
