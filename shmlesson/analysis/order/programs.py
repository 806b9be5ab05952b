"""Programs that a run has started, and that nobody watches: what they can have been told before they tell anybody.

A started program knows what its starter had done before, and what it can have been sent since: whatever lies in the
pipes that it was given and has been taken out by nobody who is seen, and whatever comes by a name that every program
can use. So that is before what it sends, and before it is waited for: not more, for a program that only sleeps must not
put in order what its starter leaves without one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from .synchronization import Channel, Pipe
from .vector_clocks import Clock, later

_FOR_ALL = ("FIFO", "socket", "connection")  # in the names of what can be reached by a name of its own


class _Program(NamedTuple):
    starter: str
    known: Clock
    pipes: frozenset[str]


class Programs:
    """The programs that were started, each with who started it, what that one knew, and the pipes that it got."""

    def __init__(self) -> None:
        self._programs: list[_Program] = []
        self._known: dict[str, Clock] = {}  # by starter, of those that got nothing
        self._signalled: Clock | None = None

    def start(self, starter: str, known: Clock, pipes: Iterable[str]) -> None:
        """``starter`` starts one, and knows ``known``."""
        if given := frozenset(pipes):
            self._programs.append(_Program(starter, known, given))
        self._known[starter] = known

    def signal(self, known: Clock) -> None:
        """Somebody who knows ``known`` sends a signal to a process that is not watched."""
        self._signalled = known if self._signalled is None else later(self._signalled, known)

    def sent(self, name: str, channels: Mapping[str, Channel]) -> Clock | None:
        """What is before whatever they send into this pipe; None if none of them has it."""
        holders = [program for program in self._programs if name in program.pipes]
        known = [program.known for program in holders]
        if _is_for_all(name):
            known += self._known.values()
        return self._told(known, holders, channels) if known else None

    def ended(self, starter: str, channels: Mapping[str, Channel]) -> Clock | None:
        """What is before the end of those that ``starter`` has started."""
        if starter not in self._known:
            return None
        own = [program for program in self._programs if program.starter == starter]
        return self._told([self._known[starter]], own, channels)

    def _told(self, known: list[Clock], holders: list[_Program], channels: Mapping[str, Channel]) -> Clock:
        """All that is ``known``, and what they can have been sent or signalled."""
        given = frozenset[str]().union(*(program.pipes for program in holders))
        for name, channel in channels.items():
            if isinstance(channel, Pipe) and (name in given or _is_for_all(name)):
                known += _some(channel.unread())
        known += _some(self._signalled)
        told = known[0]
        for clock in known:
            told = later(told, clock)
        return told


def _is_for_all(name: str) -> bool:
    return any(word in name for word in _FOR_ALL)


def _some(clock: Clock | None) -> Iterator[Clock]:
    if clock is not None:
        yield clock
