"""Sleeps: which of them stands between two accesses, where nothing else puts one before the other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import chain

from ...wire.roles import rank
from ..order.happens_before import Access, HappensBefore, Sleep


class Sleeps:
    """Which sleep stands between two accesses, if one does."""

    def __init__(self, order: HappensBefore) -> None:
        self._sleeps = order.sleeps
        self._number = order.clocks.number
        self._roles = sorted(order.sleeps, key=rank)
        self._positions = {role: [sleep.position for sleep in sleeps] for role, sleeps in order.sleeps.items()}
        self._times = {role: [sleep.time for sleep in sleeps] for role, sleeps in order.sleeps.items()}

    def between(self, one: Access, other: Access) -> int | None:
        """The line of a sleep that is before one of the two and not before the other; ``other`` came later here.

        None if both have slept in the same line: that puts neither first.
        """
        sleep, earlier = self.before_only(other, one), self.before_only(one, other)
        return None if sleep == earlier else sleep or earlier

    def is_after_one(self, access: Access) -> bool:
        """Whether a sleep is before it."""
        return any(self._latest(role, access) is not None for role in self._roles)

    def before_only(self, late: Access, early: Access) -> int | None:
        """The line of a sleep that is before the one access and not before the other.

        Looks at the sleeps of the process itself first, then at those of all others that its clock knows of."""
        for role in chain([late.process], self._roles):
            last = self._latest(role, late)
            if last is not None and not self._is_before(role, last, early):
                return last.line
        return None

    def _latest(self, role: str, access: Access) -> Sleep | None:
        if role not in self._positions:
            return None
        if role == access.process:
            place = bisect_left(self._positions[role], access.position)
        else:
            place = bisect_right(self._times[role], access.known[self._number[role]])
        return self._sleeps[role][place - 1] if place else None

    def _is_before(self, role: str, sleep: Sleep, access: Access) -> bool:
        if role == access.process:
            return sleep.position < access.position
        return access.known[self._number[role]] >= sleep.time
