"""A schedule: which process moves at each state where several can, as one number."""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..tracer.step import Op


class Schedule:
    """One schedule as a number: where several can move, a digit says who; the first such state has the lowest digit.

    Digit 0 is the process that moved last if it can go on, else the one with the lowest number; the others follow by
    number. So 0 is the schedule without a needless switch. The base of a digit is the number of those who can move
    there, so a number means something for one program only, and there only as long as the program is deterministic.
    """

    def __init__(self, number: int = 0) -> None:
        self.number = 0
        self._wanted = number
        self._scale = 1
        self._last = -1

    def choose(self, pending: Mapping[int, Op], ready: Sequence[int]) -> int:
        """Who moves, of those that are ready."""
        choices = self.choices(ready)
        self._wanted, digit = divmod(self._wanted, len(choices))
        return self.moves(choices[digit], choices)

    def choices(self, ready: Sequence[int]) -> list[int]:
        """Those that are ready, by their digits."""
        first = self._last if self._last in ready else min(ready)
        return [first, *sorted(set(ready) - {first})]

    def moves(self, process: int, choices: list[int]) -> int:
        """Note who moves; that process."""
        self.number += choices.index(process) * self._scale
        self._scale *= len(choices)
        self._last = process
        return process


def replayed(number: int) -> Schedule:
    """The schedule with this number, once more; ``ValueError`` if there can be none."""
    if number < 0:
        raise ValueError(f"the number of an order must be at least 0, got {number}")
    return Schedule(number)
