"""Effort: how much of a run is compared, so that whatever a program did, its verdicts are there in a moment.

Short, and in a file of its own: the judge, which imports every check, makes it, and a check spends it.
"""

from __future__ import annotations

_MOST = 200_000  # comparisons
_MOST_PROCESSES = 1000  # whose events are compared at all: a vector clock has a number for each of them


class Effort:
    """What may be spent on one run; ``spent`` once it was not enough."""

    def __init__(self, processes: int) -> None:
        self._left = _MOST
        self.too_many_processes = processes > _MOST_PROCESSES
        self.spent = self.too_many_processes

    def goes_on(self) -> bool:
        """Whether one more comparison may be made."""
        self._left -= 1
        self.spent = self.spent or self._left < 0
        return self._left >= 0
