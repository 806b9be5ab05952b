"""Vector clocks: which event of a run was before which, whatever the machine's own clock says.

Happens-before is Lamport's (Time, clocks, and the ordering of events in a distributed system, CACM 1978); vector clocks
are Mattern's (Virtual time and global states of distributed systems, 1989) and Fidge's (Timestamps in message-passing
systems, 1988); to compare one number first is FastTrack's (Flanagan and Freund, PLDI 2009).
"""

from __future__ import annotations

from collections.abc import Iterable

Clock = tuple[int, ...]


class Clocks:
    """For every process the latest moment of each other process that it can know of.

    A process's own number grows whenever it has told its clock to others, and something has happened since it last did:
    its events between two such moments are before the same events of others.
    """

    def __init__(self, roles: Iterable[str]) -> None:
        self.number = {role: number for number, role in enumerate(roles)}
        zeros = [0] * len(self.number)
        self._known: dict[str, Clock] = {
            role: (*zeros[:number], 1, *zeros[number + 1 :]) for role, number in self.number.items()
        }
        self._told: dict[str, tuple[Clock, Clock]] = {}  # what each told last, and what it knew right after

    def __getitem__(self, role: str) -> Clock:
        """What ``role`` knows at this moment."""
        return self._known[role]

    def now(self, role: str) -> Clock:
        """The same, for something that happens at this moment."""
        self._told.pop(role, None)
        return self._known[role]

    def time(self, role: str) -> int:
        """The own moment of ``role``, for something that happens at it."""
        return self.now(role)[self.number[role]]

    def told(self, role: str) -> Clock:
        """What ``role`` knows at this moment, for others to learn; it goes on to its next moment."""
        known, own = self._known[role], self.number[role]
        told, since = self._told.get(role, (known, ()))
        if since is known:  # nothing has happened to it: no new moment is needed, and none that others would not know
            return told
        self._known[role] = (*known[:own], known[own] + 1, *known[own + 1 :])
        self._told[role] = known, self._known[role]
        return known

    def learn(self, role: str, clock: Clock | None, teller: str | None = None) -> bool:
        """Put all that ``clock`` knows before what ``role`` does next; whether that was news.

        Who knows of the moment at which ``teller`` told this clock knows all that was known then.
        """
        known = self._known[role]
        if clock is None or clock is known:
            return False
        if teller is not None and known[self.number[teller]] >= clock[self.number[teller]]:
            return False
        both = later(known, clock)
        if both != known:
            self._known[role] = both
        return both != known


def later(one: Clock, other: Clock) -> Clock:
    """The clock that knows what both know."""
    return tuple(map(max, one, other))
