"""Vector clocks: which event of a run was before which, whatever the machine's own clock says.

A process has a clock with one number for each process of the run: its own number says at which of its moments it is,
every other the latest moment of that process that it knows of. A release hands out the clock, an acquire takes the
greater of each two numbers. Then an event of p, at p's moment m, happened before an event of q exactly if q's clock at
that event has at least m for p. The invariant: nobody's clock has p's present moment but p's own, for p goes on to the
next one as it releases. It is not counted on at every event: events between two releases share a moment, since nobody
can know of one of them and not of all.

Happens-before is Lamport's (Time, clocks, and the ordering of events in a distributed system, CACM 1978); vector clocks
are Mattern's (Virtual time and global states of distributed systems, 1989) and Fidge's (Timestamps in message-passing
systems, 1988); to compare one number, the epoch, in place of whole clocks is FastTrack's (Flanagan and Freund, PLDI
2009).
"""

from __future__ import annotations

from collections.abc import Iterable

Clock = tuple[int, ...]


class Clocks:
    """The clock of each of these ``roles``: a number for every process, in the order of the roles."""

    def __init__(self, roles: Iterable[str]) -> None:
        self.number = {role: number for number, role in enumerate(roles)}
        zeros = [0] * len(self.number)
        self._known: dict[str, Clock] = {
            role: (*zeros[:number], 1, *zeros[number + 1 :]) for role, number in self.number.items()
        }
        self._released: dict[str, tuple[Clock, Clock]] = {}  # what each released last, and its clock right after

    def __getitem__(self, role: str) -> Clock:
        """The clock of ``role``."""
        return self._known[role]

    def now(self, role: str) -> Clock:
        """The same, for an event that happens at this moment."""
        self._released.pop(role, None)
        return self._known[role]

    def time(self, role: str) -> int:
        """The moment at which ``role`` is, for an event that happens at it."""
        return self.now(role)[self.number[role]]

    def release(self, role: str) -> Clock:
        """The clock of ``role``, for others to learn; ``role`` goes on to its next moment."""
        known, own = self._known[role], self.number[role]
        released, since = self._released.get(role, (known, ()))
        if since is known:  # no event since the last release: a new moment would be one at which nothing happened
            return released
        self._known[role] = (*known[:own], known[own] + 1, *known[own + 1 :])
        self._released[role] = known, self._known[role]
        return known

    def learn(self, role: str, clock: Clock | None, sender: str | None = None) -> bool:
        """Put all that ``clock`` knows before what ``role`` does next; whether that was news.

        With the ``sender`` who released it one comparison is enough: to know of that moment is to know all of it.
        """
        known = self._known[role]
        if clock is None or clock is known:
            return False
        if sender is not None and known[self.number[sender]] >= clock[self.number[sender]]:
            return False
        both = later(known, clock)
        if both != known:
            self._known[role] = both
        return both != known


def later(one: Clock, other: Clock) -> Clock:
    """The least clock that knows what both know: of each two numbers the greater."""
    return tuple(map(max, one, other))
