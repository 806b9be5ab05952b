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
from functools import reduce
from itertools import islice, takewhile
from signal import SIGCHLD
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ...wire.kinds import Edge
from ...wire.roles import parent_of
from .vector_clocks import Clock, later

if TYPE_CHECKING:
    from ...trace.event import Event


_MOST_AT_ONCE = 100  # messages among which one is looked for
PIPE_CAPACITY = 1 << 16  # bytes, by default; see pipe(7)


class Channel(Protocol):
    """Something that processes release and acquire, or send by and receive from."""

    def release(self, role: str, detail: Mapping[str, Any], clock: Clock) -> None:
        """``role`` releases it, or sends, and knows ``clock``."""

    def acquire(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        """What ``role`` learns by what it acquires, or receives, now."""

    def notice(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        """What ``role`` learns by finding that it could acquire, or receive: the first release that lets it."""


class _Sent(NamedTuple):
    """Bytes that are in a pipe, by whom; ``sum``: the checksum of all of them, where it is known."""

    size: int
    clock: Clock | None
    role: str
    sum: int | None


class Pipe:
    """Bytes come out in the order in which they went in; its end comes after all of them.

    An eventfd is one, too: of ones that are added and taken, of which ``value`` are in it from the start. ``missing``:
    what has come out last was not put in by anybody who is seen here.
    """

    def __init__(self, value: int = 0) -> None:
        self._inside: deque[_Sent] = deque([_Sent(value, None, "", None)] if value > 0 else [])
        self._all: Clock | None = None
        self._latest: Clock | None = None  # of what has been taken
        self.missing = False
        self.size = value  # bytes that are in it, as far as is reported

    def release(self, role: str, detail: Mapping[str, Any], clock: Clock) -> None:
        count = detail.get("count", 1)
        self._inside.append(_Sent(count, clock, role, detail.get("sum")))
        self.size += count
        self._all = _both(self._all, clock)

    def acquire(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        count, learnt = detail.get("count", 1), None
        self.missing = False
        if count == 0:
            return self._all
        self._put_first(count, detail.get("sum"))
        while count > 0 and self._inside:
            sent = self._inside.popleft()
            learnt = _all_known(learnt, sent.clock)
            if sent.size > count:
                self._inside.appendleft(sent._replace(size=sent.size - count, sum=None))
            self.size -= min(sent.size, count)
            count -= sent.size
        self.missing = count > 0
        self._latest = learnt
        return learnt

    def _put_first(self, count: int, sum: int | None) -> None:
        """Of messages that were sent at once another may have gone in first than was reported first: as its bytes say.

        It is a whole message that was received, as the first one would be; what one process sends stays in order.
        """
        first = self._inside[0] if self._inside else None
        if first is None or sum is None or first.sum in (sum, None) or first.size != count:
            return
        senders: set[str] = set()
        for place, sent in enumerate(islice(self._inside, _MOST_AT_ONCE)):
            if (sent.size, sent.sum) == (count, sum) and sent.role not in senders:
                del self._inside[place]
                self._inside.appendleft(sent)
                return
            senders.add(sent.role)

    def notice(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        """What was there may have been taken by another before this was reported: then it was the latest."""
        self.missing = False
        if detail.get("count") == 0:
            return self._all
        self.missing = not self._inside and self._latest is None
        return _all_known(self._latest, self._inside[0].clock if self._inside else None)

    def unread(self) -> Clock | None:
        """What all those know who have sent what is still there."""
        known = None
        for sent in self._inside:
            known = _all_known(known, sent.clock)
        return known


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

    @property
    def left(self) -> int:
        """The tokens that nobody has taken, as far as is reported."""
        return max(0, self._free) + len(self._released)

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
        self._rounds: list[list[Clock]] = []
        self._own: defaultdict[str, deque[int]] = defaultdict(deque)

    def release(self, role: str, detail: Mapping[str, Any], clock: Clock) -> None:
        if self._arrived % self._parties == 0:
            self._rounds.append([])
        self._arrived += 1
        self._rounds[-1].append(clock)
        self._own[role].append(len(self._rounds) - 1)

    def acquire(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        return _known_together(self.arrivals(role))

    def arrivals(self, role: str) -> Sequence[Clock]:
        """``role`` passes: what each of those knew that arrived in its round."""
        own = self._own[role]
        return self._rounds[own.popleft()] if own else ()

    def notice(self, role: str, detail: Mapping[str, Any]) -> Clock | None:
        """Who finds somebody waiting there comes after the arrivals so far."""
        return _known_together(self._rounds[-1]) if self._rounds and detail.get("count") else None


def channel_of(at: str, value: int | None) -> Channel:
    """A new channel of the sort ``at``, with the ``value`` that it was made with."""
    if at == "pipe":
        return Pipe(value or 0)
    if at == "semaphore" or at in ("lock", "rlock"):
        return Tokens(1 if value is None else value)
    return Barrier(value or 1) if at == "barrier" else Flag()


class LastEvents:
    """The last event of each process so far, by its place among the events."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}  # the latest comes last
        self.ends: set[int] = set()

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
        # By lock and role, for what it was taken through and whether it was shared: where it was released, if reported.
        self._had: defaultdict[tuple[str, bool], defaultdict[str, dict[tuple[str, bool], int | None]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        self._alike: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)  # who need not wait for each other
        self._taken: dict[tuple[str, bool], int] = {}

    def take(self, event: Event, place: int) -> list[tuple[str, int, bool]]:
        """A process has one now; those that had it before, each with the event that all of its own were before.

        That is the release (then this says so), or its last event, if none was reported. Not those without an event
        since it was taken last: all of theirs are before what was done then.
        """
        role, through, shared = event.process, event.detail.get("through", ""), bool(event.detail.get("shared"))
        key = event.detail["name"], bool(through)
        had = self._had[key]
        before = [
            (other, last if released is None else released, released is not None)
            for other, last in self.lasts.since(self._taken.get(key, 0))
            for (by, others), released in (had[other].items() if other in had and other != role else ())
            if not (shared and others) and (by != through or not through)
        ]
        had[role][through, shared] = None
        alike = [(*key, "shared")] * shared + [(*key, through)] * bool(through)
        for group in alike:
            self._alike[group].add(role)
        # From now on nobody need look further back, if this one has waited for all.
        self._taken[key] = 0 if any(len(self._alike[group]) > 1 for group in alike) else place
        return before

    def release(self, event: Event, place: int) -> None:
        """The process reports that it is about to release it."""
        for kind in (False, True):
            key = event.detail["name"], kind
            if key in self._had and event.process in self._had[key]:
                own = self._had[key][event.process]
                own.update(dict.fromkeys(own, place))


def pairs(events: Sequence[Event]) -> Iterator[tuple[int, int]]:
    """Each acquire that a release let through, as two places among ``events``: of the release, and its own.

    So is each look at a thing that shows a release, the end of a child, or a signal. Who passes a barrier is paired
    with each that arrived there in this round, a receive with what sent its last byte. The release of a lock on a file
    is not reported: in its stead stands the last event of each process that had it before.
    """
    values = {event.detail["name"]: event.detail.get("value") for event in events if event.edge == Edge.MAKE}
    channels: dict[str, Channel] = {}
    holders, sent = FileLockHolders(), dict[tuple[str | None, int], int]()
    for place, event in enumerate(events):
        holders.lasts.note(event.process, place)
        if event.edge == Edge.END:
            holders.lasts.ends.add(place)
        if event.edge == Edge.SIGNAL:
            sent.setdefault((event.detail.get("to"), event.detail["signal"]), place)
        if event.edge not in (Edge.RELEASE, Edge.ACQUIRE, Edge.NOTICE) or "name" not in event.detail:
            continue
        if event.edge == Edge.NOTICE and event.detail["at"] in ("child", "signal"):
            yield from ((other, place) for other in _shown(event, holders.lasts, sent))
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
            continue
        if event.edge == Edge.ACQUIRE and isinstance(channel, Barrier):
            yield from ((source[0], place) for source in channel.arrivals(event.process))
            continue
        learn = channel.acquire if event.edge == Edge.ACQUIRE else channel.notice
        if source := learn(event.process, event.detail):
            yield source[0], place


def _shown(event: Event, lasts: LastEvents, sent: dict[tuple[str | None, int], int]) -> Iterator[int]:
    """What was before a process learned that another has ended, or that a signal has come."""
    if event.detail["at"] == "child":
        yield from (last for role, last in lasts.since(0) if role == event.detail["name"])
        return
    number = event.detail.get("count", 0)
    if (event.process, number) in sent:
        yield sent.pop((event.process, number))
    elif number == SIGCHLD:
        ended = [last for role, last in lasts.since(0) if parent_of(role) == event.process and last in lasts.ends]
        yield from ended


def _both(one: Clock | None, other: Clock) -> Clock:
    return other if one is None else later(one, other)


def _known_together(clocks: Sequence[Clock]) -> Clock | None:
    return reduce(_both, clocks, None)


def _all_known(one: Clock | None, other: Clock | None) -> Clock | None:
    return one if other is None else _both(one, other)
