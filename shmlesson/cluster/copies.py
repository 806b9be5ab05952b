"""The same array, got in several ways: a table of how long each took, and what was copied."""

from __future__ import annotations

from dataclasses import dataclass

from .got import Got

TITLES = ("by", "milliseconds", "it lies in", "copied")


@dataclass(frozen=True, slots=True)
class Copies:
    """What processes got by several ways, in order."""

    gots: tuple[Got, ...]

    def rows(self) -> list[tuple[str, str, str, str]]:
        """A row for each: the way, the time, the memory, whether it was copied."""
        return [(got.way, got.milliseconds, _memory(got), "no" if got.same_memory else "yes") for got in self.gots]

    def __str__(self) -> str:
        table = [TITLES, *self.rows()]
        widths = [max(len(row[column]) for row in table) for column in range(len(TITLES))]
        return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in table)

    __repr__ = __str__


def _memory(got: Got) -> str:
    if got.same_memory:
        return "the store it was in"
    return "another store" if got.inode else "memory of its own"
