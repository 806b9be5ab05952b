"""Happens-before: accesses to blocks, each with its place in the partial order of a run.

It is weaker than the textbook's relation, and than that of FastTrack: from the release of a lock to its next acquire
leads no edge, for that one process had the lock first here is chance. Predictive race detectors have such a weak order.

An edge of this order leads from one event to the next of the same process, and between processes:

- from a fork to the child's birth, and from all that a child did to its reaping;
- from a release to the acquire that it let through: from a write into a pipe to the read that took its bytes, from a
  semaphore's release to the acquire that took its token, from who set an event to who found it set, from all arrivals
  at a barrier to each departure (``synchronization``);
- the same, to a process that only finds that it could acquire or read, and takes nothing: a "notice";
- from a read of a full pipe to what its writer does once it has written;
- from the start of a program that is not watched to what it sends, and to its end (``programs``);
- from a signal to where its receiver learns of it, or to what it does next if it never reports that; from the end of a
  child to where its parent learns of SIGCHLD;
- to a pipe's end from all that those did who could write into it;
- between critical sections of one lock only where they cannot change places (``critical_sections``). That a lock was
  had here first is chance, and an order by chance would hide races.

The events are gone through once, in the order of the reports, where each edge leads forward (but for a birth that is
reported before its fork). The invariant: when an event is reached, the clock of its process knows exactly the moments
before it (``vector_clocks``), so that of two accesses the later one is in order with the earlier if, and only if, it
knows of its moment. The close of a pipe, the release of a lock on a file and what a signal does without a handler are
not reported. There as much is put in order as can have been: better to miss a race than to report one that is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from signal import SIGCHLD
from typing import TYPE_CHECKING

from ...wire.kinds import TOUCHES, Edge
from ...wire.roles import descends, parent_of
from .critical_sections import Lock, mutexes
from .programs import Programs
from .ranges import Places
from .synchronization import PIPE_CAPACITY, Channel, FileLockHolders, Pipe, Tokens, channel_of
from .vector_clocks import Clock, Clocks, later

if TYPE_CHECKING:
    from ...trace.event import Event

_SHARED = ("shared", "named", "value", "file")
Sections = frozenset[tuple[str, object]]  # critical sections that a process is in, each with the name of its lock
Touch = tuple[str, int, int, int | None, bool]  # an access: block, first byte, the one behind, line, whether it writes
# Of locks that one process holds at once: so many of the latest put sections in order, so many guard an access.
_MOST_IN_ORDER, _MOST_HELD = 16, 256


@dataclass(frozen=True, slots=True)
class Access:
    """A read or a write of the bytes from ``start`` up to ``stop`` of a block, by one process.

    ``known`` is the clock of the process then, ``time`` its own moment: an access that is reported later is later in
    every order that the program allows if it knows of that moment. ``locks`` are those that the process held; ``kept``
    those among them that it had held since it read the same bytes, in the line ``back`` (None if it had not read them).
    Here that is the same line; of others see ``verdicts.updates``. ``sections`` are what the locks were held in.
    ``position`` is the place among the events, ``number`` that of the process in a clock, ``line`` one of the program.
    """

    process: str
    number: int
    position: int
    writes: bool
    block: str
    start: int
    stop: int
    line: int | None
    time: int
    known: Clock
    locks: frozenset[str]
    kept: frozenset[str] | None = None
    sections: Sections = frozenset()
    back: int | None = None


@dataclass(frozen=True, slots=True)
class Sleep:
    """A sleep in a line of the program: where among the events, and at which own moment of its process."""

    position: int
    time: int
    line: int


@dataclass(frozen=True, slots=True)
class Unseen:
    """A process learns of something that nobody here can see: where among the events, and in which line."""

    position: int
    process: str
    line: int | None


class HappensBefore:
    """Goes through the events of a run once, and keeps the clock of every process.

    Accesses that are ``apart`` do not put one section of a lock before another. What comes from somebody who is not
    seen can have come after all that anybody had done by then, and is put there; unless there is no ``unseen_order``.
    """

    def __init__(
        self,
        events: Sequence[Event],
        roles: Sequence[str],
        apart: Callable[[Touch], bool] | None = None,
        unseen_order: bool = True,
    ) -> None:
        self._events = events
        self._apart = apart
        self.clocks = Clocks(roles)
        self._channels: dict[str, Channel] = {}
        self._mutexes = mutexes(events)
        self._places = _places(events, _touched_by_several(events))
        self._locks: defaultdict[str, Lock] = defaultdict(lambda: Lock(self._places))
        self._held: defaultdict[str, _Held] = defaultdict(_Held)
        self._born: dict[str, Clock] = {}
        self._makers: dict[str, str] = {}
        self._ends: dict[str, tuple[str, Clock]] = {}  # of pipes, with who came to it first
        self._latest_ends: dict[str, tuple[int, str, Clock]] = {}  # by who made the pipe, and where that was
        self._full: dict[str, Clock | None] = {}  # pipes that have been full, with what their readers knew
        self._waits_for_room: dict[str, str] = {}  # who has written more into which of them than fits
        self._programs = Programs()
        self._unseen_order = unseen_order
        self.unseen: list[Unseen] = []
        self._latest_unseen: tuple[int, str, Clock | None] = (0, "", None)
        self._holders = FileLockHolders()
        self._file_releases: dict[int, Clock] = {}  # by position
        shared = {e.detail["block"] for e in events if e.kind == "maps" and e.detail.get("memory") in _SHARED}
        self._shared = shared & self._places.keys()
        self._read: dict[tuple[str, str, int | None], tuple[int, int, Sections]] = {}
        self._inner_reaps: defaultdict[str, list[str | None]] = defaultdict(list)
        self._signals: defaultdict[str, list[Clock]] = defaultdict(list)
        self._sent: defaultdict[tuple[str, int], list[Clock]] = defaultdict(list)
        self._noticed = {e.detail["name"] for e in events if e.edge == Edge.NOTICE}
        self._acquires: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for position, event in enumerate(events):
            if event.edge == Edge.ACQUIRE and event.detail.get("name") in self._noticed:
                self._acquires[event.detail["name"]].append((position, event.process))
        self._taken: dict[str, Clock] = {}  # the last beginning of a section of each lock that somebody looks at
        self._handled = {(e.process, e.detail["count"]) for e in events if _is_of_signal(e)}
        self._last = {event.process: position for position, event in enumerate(events)}
        self.sleeps: defaultdict[str, list[Sleep]] = defaultdict(list)

    def accesses(self) -> Iterator[Access]:
        """Every access to a shared block, in the order of the reports."""
        for position, event in enumerate(self._events):
            if event.process not in self.clocks.number:
                continue
            self._holders.lasts.note(event.process, position)
            if event.edge not in (Edge.FORK, Edge.REAPING):
                for child in self._inner_reaps.pop(event.process, ()):
                    self._reap(event.process, child)
            if event.process in self._waits_for_room:
                self._find_room(event.process)
            for clock in self._signals.pop(event.process, ()):
                self._learn(event.process, clock)  # its arrival is not reported: it counts as delivered at once
            if event.kind in TOUCHES:
                yield from self._access(position, event)
            elif event.kind == "sleeps" and "line" in event.detail:
                moment = self.clocks.time(event.process)
                self.sleeps[event.process].append(Sleep(position, moment, event.detail["line"]))
            else:
                self._take(position, event)

    def _take(self, position: int, event: Event) -> None:
        match event.edge:
            case Edge.FORK:
                self._fork(event.process, event.detail["child"])
            case Edge.BIRTH:
                self._is_born(event.process)
            case Edge.REAPING if event.detail.get("inner"):
                self._inner_reaps[event.process].append(event.detail.get("child"))
            case Edge.REAPING:
                self._reap(event.process, event.detail.get("child"))
            case Edge.MAKE:
                name = event.detail["name"]
                self._makers[name] = event.process
                self._channels[name] = channel_of(event.detail["at"], event.detail.get("value"))
            case Edge.RELEASE:
                self._on_release(position, event)
            case Edge.ACQUIRE:
                self._on_acquire(position, event)
            case Edge.NOTICE:
                self._on_notice(position, event)
            case Edge.SIGNAL:
                self._signal(event)
            case Edge.START:
                self._programs.start(event.process, self.clocks.release(event.process), event.detail["names"])

    def _fork(self, role: str, child: str) -> None:
        """``Process.start`` reaps children that happen to have ended before it forks: no child can rely on that."""
        self._born.setdefault(child, self.clocks.release(role))
        for ended in self._inner_reaps.pop(role, ()):
            self._reap(role, ended)

    def _is_born(self, role: str) -> None:
        """Its report may come before that of the fork: the parent has reported nothing since."""
        parent = parent_of(role)
        if role not in self._born and parent in self.clocks.number:
            self._born[role] = self.clocks.release(parent)
        self.clocks.learn(role, self._born.get(role))

    def _reap(self, role: str, child: str | None) -> None:
        if child is not None and child in self.clocks.number:
            self._learn(role, self.clocks[child])
        elif child is not None:
            self._learn(role, self._programs.ended(role, self._channels))

    def _on_release(self, position: int, event: Event) -> None:
        name = event.detail["name"]
        self._ends.pop(name, None)
        if name in self._mutexes:
            self._release(event.process, name)
            return
        if event.detail["at"] == "file lock":
            self._holders.release(event, position)
            self._file_releases[position] = self.clocks.release(event.process)
            return
        channel = self._channel(event)
        channel.release(event.process, event.detail, self.clocks.release(event.process))
        if isinstance(channel, Pipe) and channel.size > PIPE_CAPACITY:
            self._full.setdefault(name)
            self._waits_for_room[event.process] = name

    def _find_room(self, role: str) -> None:
        """What was written into a full pipe is in it: so it was read from before, and that may not be reported yet."""
        name = self._waits_for_room.pop(role)
        self._learn(role, self._full[name])
        channel, maker = self._channels[name], self._makers.get(name, "parent")
        if isinstance(channel, Pipe) and channel.size > PIPE_CAPACITY:
            for other, _ in self._holders.lasts.since(0):
                if other != role and descends(other, maker):
                    self._learn(role, self.clocks.release(other), other)

    def _on_acquire(self, position: int, event: Event) -> None:
        name, role = event.detail["name"], event.process
        if name in self._mutexes:
            self._held[role].add(name, _Section(self.clocks.time(role)))
            if name in self._noticed:
                self._taken[name] = self.clocks.release(role)
            self._come_after_sections(role)
            return
        if event.detail["at"] == "file lock":
            for other, place, released in self._holders.take(event, position):
                clock = self._file_releases[place] if released else self.clocks.release(other)
                self._learn(role, clock, other)
            return
        channel = self._channel(event)
        if name in self._noticed and isinstance(channel, Tokens):
            channel.take(self.clocks.release(role))
        self._learn(role, channel.acquire(role, event.detail))
        if name in self._full:
            clock, before = self.clocks.release(role), self._full[name]
            self._full[name] = clock if before is None else later(before, clock)
        if event.detail["at"] == "pipe" and event.detail.get("count") == 0:
            self._on_the_end(position, role, name)
        else:
            self._ends.pop(name, None)
            self._on_what_others_sent(position, event, channel)

    def _on_what_others_sent(self, position: int, event: Event, channel: Channel) -> None:
        """More has come out of a pipe than those that are seen have put in: a program has sent it, if one has it."""
        if isinstance(channel, Pipe) and channel.missing:
            sent = self._programs.sent(event.detail["name"], self._channels)
            if sent is None:
                self._on_the_unseen(position, event)
            else:
                self._learn(event.process, sent)

    def _on_the_unseen(self, position: int, event: Event) -> None:
        """Come after all that anybody has done: one of them may have caused it, by a way that is not seen."""
        role = event.process
        self.unseen.append(Unseen(position, role, event.detail.get("line")))
        if not self._unseen_order:
            return
        since, latest, known = self._latest_unseen
        if known is not None:
            self._learn(role, known, latest)
        for other, _ in self._holders.lasts.since(since):
            if other != role:
                self._learn(role, self.clocks.release(other), other)
        self._latest_unseen = position, role, self.clocks.release(role)

    def _signal(self, event: Event) -> None:
        """Who reports that such signals come has it with that report; anybody else has it at once."""
        to, number, clock = event.detail.get("to", ""), event.detail["signal"], self.clocks.release(event.process)
        for role in self.clocks.number if event.detail["pid"] <= 0 else [to]:
            if (role, number) in self._handled:
                self._sent[role, number].append(clock)
            elif role == to and to in self.clocks.number:
                self._signals[to].append(clock)
            elif role == to:
                self._programs.signal(clock)

    def _on_signal(self, position: int, role: str, number: int) -> None:
        """Its arrival: after all that have sent it. The system sends SIGCHLD: after the children that are over."""
        for clock in self._sent.pop((role, number), ()):
            self._learn(role, clock)
        if number == SIGCHLD:
            for child, last in self._last.items():
                if last <= position and parent_of(child) == role:
                    self._reap(role, child)

    def _on_notice(self, position: int, event: Event) -> None:
        """Come after what it shows, and take nothing out."""
        name, role = event.detail["name"], event.process
        if event.detail["at"] == "unseen":
            self._on_the_unseen(position, event)
        elif event.detail["at"] == "program":
            self._learn(role, self._programs.ended(role, self._channels))
        elif event.detail["at"] == "child":
            if name in self.clocks.number:
                self._reap(role, name)
        elif event.detail["at"] == "signal":
            self._on_signal(position, role, event.detail.get("count", 0))
        elif name in self._mutexes:
            self._on_mutex(position, role, name, event.detail.get("count"))
        else:
            channel = self._channel(event)
            self._learn(role, channel.notice(role, event.detail))
            if isinstance(channel, Tokens) and "count" in event.detail:
                self._come_after_acquires(position, role, name, max(0, channel.left - event.detail["count"]))
            if event.detail["at"] == "pipe" and event.detail.get("count") == 0:
                self._on_the_end(position, role, name)
            else:
                self._on_what_others_sent(position, event, channel)

    def _on_mutex(self, position: int, role: str, name: str, count: int | None) -> None:
        """Who has seen it taken comes after that; who then sees it free, after the end of that section."""
        if count == 0:
            self._learn(role, self._taken.get(name))
            if not any(name in self._held[other].names for other in self.clocks.number if other != role):
                self._come_after_acquires(position, role, name, 1)
            return
        for end in [*self._locks[name].before(self.clocks.number[role], self.clocks[role])]:
            self._learn(role, end)

    def _come_after_acquires(self, position: int, role: str, name: str, number: int) -> None:
        """So many have been seen and are reported later, for an acquire is reported once it is done."""
        for other in islice((o for place, o in self._acquires[name] if place > position and o != role), number):
            self._learn(role, self.clocks.release(other), other)

    def _on_the_end(self, position: int, role: str, name: str) -> None:
        """The end of a pipe comes once all have closed it, and no close is reported: all that they did is before.

        It has come once and for all, unless something else comes out of the pipe after it.
        """
        if "pipe of a program" in name:
            self._learn(role, self._programs.sent(name, self._channels))
            return
        if name in self._ends:
            first, end = self._ends[name]
            self._learn(role, end, first)
            return
        maker = self._makers.get(name, "parent")
        since, latest, known = self._latest_ends.get(maker, (0, role, None))
        self._learn(role, known, latest)  # what all had done when such an end was read before
        for other, _ in self._holders.lasts.since(since):  # the latest know the most, and spare the others
            if other != role and descends(other, maker):
                self._learn(role, self.clocks.release(other), other)
        clock = self.clocks.release(role)
        self._ends[name], self._latest_ends[maker] = (role, clock), (position, role, clock)

    def _channel(self, event: Event) -> Channel:
        name = event.detail["name"]
        if name not in self._channels:
            self._channels[name] = channel_of(event.detail["at"], None)
        return self._channels[name]

    def _release(self, role: str, name: str) -> None:
        section = self._held[role].pop(name)
        if section is not None:
            number = self.clocks.number[role]
            self._locks[name].close(number, section.began, section.touched, self.clocks.release(role))

    def _learn(self, role: str, clock: Clock | None, sender: str | None = None) -> None:
        """Learn ``clock``, and what follows from it for the sections that ``role`` is in."""
        if self.clocks.learn(role, clock, sender):
            self._come_after_sections(role)

    def _come_after_sections(self, role: str) -> None:
        """Learn the ends of the sections whose beginnings are known: two sections of one lock cannot overlap."""
        number, held = self.clocks.number[role], self._held[role].in_order
        news = True
        while news and held:
            known = self.clocks[role]
            ends = [end for name in held for end in self._locks[name].before(number, known)]
            news = sum(self.clocks.learn(role, end) for end in ends) > 0

    def _access(self, position: int, event: Event) -> Iterator[Access]:
        block = event.detail.get("block", "")
        if block not in self._shared:
            return
        for start, stop in event.ranges:
            if start < stop:
                yield self._access_to(position, event, block, start, stop)

    def _access_to(self, position: int, event: Event, block: str, start: int, stop: int) -> Access:
        role, writes = event.process, event.edge == Edge.WRITE
        number, held = self.clocks.number[role], self._held[role]
        line = event.detail.get("line")
        if not (self._apart and self._apart((block, start, stop, line, writes))):
            for name, section in held.in_order.items():
                self._meet(role, name, section, (block, start, stop, writes))
        kept = self._kept(role, block, line, start, stop, writes)
        known = self.clocks.now(role)
        back = None if kept is None else line
        return Access(
            *(role, number, position, writes, block, start, stop, line, known[number], known),
            *(held.names, kept, held.sections, back),
        )

    def _meet(self, role: str, name: str, section: _Section, touched: tuple[str, int, int, bool]) -> None:
        """Come after the earlier sections of this lock that touched the same bytes."""
        for end in self._locks[name].before_access(self.clocks[role], *touched):
            self._learn(role, end)
        section.touched.add(touched)

    def _kept(
        self, role: str, block: str, line: int | None, start: int, stop: int, writes: bool
    ) -> frozenset[str] | None:
        """The locks that were held from a read on this line up to this write of the same bytes."""
        held = self._held[role]
        if not writes:
            self._read[role, block, line] = start, stop, held.sections
            return None
        read = self._read.pop((role, block, line), None)
        if read is None or not (read[0] < stop and start < read[1]):
            return None
        return held.since(read[2])


class _Section:
    """A critical section that a process is in."""

    def __init__(self, began: int) -> None:
        self.began = began
        self.touched: set[tuple[str, int, int, bool]] = set()


class _Held:
    """The critical sections that a process is in, by the names of their locks; of very many the latest."""

    def __init__(self) -> None:
        self._sections: dict[str, _Section] = {}
        self._change()

    def _change(self) -> None:
        self._names: frozenset[str] | None = None
        self._all: Sections | None = None
        self.in_order = dict(islice(reversed(self._sections.items()), _MOST_IN_ORDER))

    def add(self, name: str, section: _Section) -> None:
        self._sections[name] = section
        self._change()

    def pop(self, name: str) -> _Section | None:
        section = self._sections.pop(name, None)
        self._change()
        return section

    @property
    def names(self) -> frozenset[str]:
        if self._names is None:
            self._names = frozenset(islice(reversed(self._sections), _MOST_HELD))
        return self._names

    @property
    def sections(self) -> Sections:
        if self._all is None:
            self._all = frozenset(islice(reversed(self._sections.items()), _MOST_HELD))
        return self._all

    def since(self, before: Sections) -> frozenset[str]:
        """The names of the locks that were held then, and have not been released."""
        if before is self._all:
            return self.names
        return frozenset(name for name, _ in self.sections & before)


def _is_of_signal(event: Event) -> bool:
    return event.edge == Edge.NOTICE and event.detail["at"] == "signal" and "count" in event.detail


def _touched_by_several(events: Sequence[Event]) -> set[str]:
    """The blocks that more than one process reads or writes: in all others there is nothing to be put in order."""
    by: defaultdict[str, set[str]] = defaultdict(set)
    for event in events:
        if event.kind in TOUCHES:
            by[event.detail.get("block", "")].add(event.process)
    return {block for block, roles in by.items() if len(roles) > 1}


def _places(events: Sequence[Event], blocks: Container[str]) -> dict[str, Places]:
    """Where accesses to each of these blocks begin and end."""
    places: defaultdict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.kind in TOUCHES and event.detail.get("block", "") in blocks:
            places[event.detail.get("block", "")] |= {place for span in event.ranges for place in span}
    return {block: Places(there) for block, there in places.items()}
