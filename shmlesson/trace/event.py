"""An event: one thing that one process of a run did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one process did.

    ``process`` is its role; ``time`` is in ns of the machine's monotonic clock, the same one for every process;
    ``detail`` depends on ``kind``: born, maps, views, reads, writes, makes, forks, sleeps, waits, sends, receives,
    releases, acquires, signals, prints, reaps, changes, truncated, stuck, ends, limit, fails. In a program it has the
    learner's ``line``, where one is known, and ``inner`` where a library acted for itself.
    """

    process: str
    kind: str
    time: int
    detail: Mapping[str, Any] = field(default_factory=dict)
