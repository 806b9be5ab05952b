"""An event: one thing that one process of a run did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..wire.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one process did.

    ``process`` is its role; ``time`` is in ns of the machine's monotonic clock, the same one for every process;
    ``kind`` is one of those in ``wire/kinds``, on which ``detail`` depends: it has the fields that stand there, and in
    a program the learner's ``line``, where one is known, and ``inner`` where a library acted for itself.
    """

    process: str
    kind: str
    time: int
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def edge(self) -> str:
        """Of which edge of happens-before it is an end: one of ``wire.kinds.Edge``."""
        return KINDS[self.kind].edge

    @property
    def ranges(self) -> Sequence[tuple[int, int]]:
        """Of a read or a write: which bytes of the block, from where up to where."""
        if "ranges" in self.detail:
            places = self.detail["ranges"]
            return list(zip(places[::2], places[1::2], strict=True))
        start = self.detail.get("offset", 0)
        return [(start, start + len(self.detail["contents"]))]
