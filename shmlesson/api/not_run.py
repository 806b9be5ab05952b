"""What stands under a name when the program that should have come back under it did not run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotRun:
    """In place of a ``Run``, so that nobody takes an earlier one for it: a program under this ``name`` did not run."""

    name: str

    def __repr__(self) -> str:
        return f"<{self.name}: the last program of this name did not run>"
