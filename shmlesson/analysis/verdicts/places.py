"""Places: which events of a run a verdict on accesses is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...wire.kinds import Edge
from .verdict import Verdict

if TYPE_CHECKING:
    from ...trace.event import Event
    from ..order.happens_before import Access


class Places:
    """The events of a run, by their positions."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events

    def about(self, verdict: Verdict, *accesses: Access, sleep: int | None = None, with_reads: bool = False) -> Verdict:
        """The verdict with the events that it is about: these accesses, and a sleep in the line ``sleep``.

        ``with_reads``: and the reads in the same lines, to which the writes go back.
        """
        found = {access.position for access in accesses}
        found |= {place for access in accesses if with_reads for place in self._read_before(access)}
        if sleep is not None:
            found |= set(self._sleep_before(sleep, max(found)))
        return replace(verdict, events=tuple(self._events[place] for place in sorted(found)))

    def _read_before(self, write: Access) -> Iterator[int]:
        """The last read of the same process in the same line."""
        for place in range(write.position - 1, -1, -1):
            event = self._events[place]
            if event.process != write.process:
                continue
            if event.detail.get("line") != write.line:
                return
            if event.edge == Edge.READ:
                yield place
                return

    def _sleep_before(self, line: int, last: int) -> Iterator[int]:
        """The last sleep in this line before that."""
        places = range(last - 1, -1, -1)
        sleeps = (place for place in places if self._events[place].kind == "sleeps")
        yield from [place for place in sleeps if self._events[place].detail.get("line") == line][:1]
