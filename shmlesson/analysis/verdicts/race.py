"""Race: two accesses that nothing puts in order."""

from __future__ import annotations

from dataclasses import dataclass

from ..order.happens_before import Access


@dataclass
class Race:
    """All pairs without an order at one site of the program: its two lines, in the order in which they are named.

    ``first`` and ``second`` are one pair. ``sleep`` is the line of a sleep that stands between all of them.
    ``processes`` are the roles at each of the lines.
    """

    first: Access
    second: Access
    sleep: int | None
    processes: dict[int | None, set[str]]
    goes_back: bool = False  # what the one line writes depends on what the other one reads

    @property
    def is_update(self) -> bool:
        """Whether one of two writes goes back to a read of its own."""
        return self.second.writes and not (self.first.kept is None and self.second.kept is None)

    @property
    def weight(self) -> tuple[object, ...]:
        """What sorts the races of a run, the clearest first; the same in every run."""
        return self.sleep is not None, *weight_of(self.first, self.second)


def weight_of(first: Access, second: Access) -> tuple[object, ...]:
    """What sorts pairs of a site: first two writes that go back to reads, then a write and a read, then two writes."""
    is_update = second.writes and not (first.kept is None and second.kept is None)
    sort = 0 if is_update else 1 + second.writes
    return sort, first.line or 0, second.line or 0, first.number, second.number, first.start, second.start
