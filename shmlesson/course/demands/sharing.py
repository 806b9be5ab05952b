"""Demands on what processes share: one block, mapped before the fork; who wrote, who saw, and in which orders."""

from __future__ import annotations

from ...analysis.run import Run
from ...analysis.verdicts.phrases import listed, the
from ...memory.contents import Contents
from ...trace.event import Event
from ..attempt import Attempt, as_number, last_reads, maps_of, saw_zeros, writers
from .demand import Facts, demand

_IN_WORDS = {2: "Two", 3: "Three", 4: "Four"}


@demand()
def a_block(attempt: Attempt) -> Facts | None:
    """A block was mapped."""
    return None if maps_of(attempt.run) else {}


@demand("count")
def one_block(attempt: Attempt) -> Facts | None:
    """Only one, however many processes have mapped it."""
    count = len({event.detail["block"] for event in maps_of(attempt.run)})
    return {"count": _IN_WORDS.get(count, count)} if count > 1 else None


@demand("line")
def a_shared_block(attempt: Attempt) -> Facts | None:
    """Mapped as shared."""
    private = [event for event in maps_of(attempt.run) if event.detail["memory"] == "private"]
    return {"line": private[0].detail.get("line", "?")} if private else None


@demand()
def somebody_wrote(attempt: Attempt) -> Facts | None:
    """A process has written into a block."""
    return None if writers(attempt.run) else {}


@demand("writers")
def both_wrote(attempt: Attempt) -> Facts | None:
    """Two processes have written into shared memory."""
    found = writers(attempt.run)
    return None if len(found) > 1 else {"writers": "".join(map(the, found)) or "nobody"}


@demand("count")
def in_one_place(attempt: Attempt, letters: str) -> Facts | None:
    """These letters are all written to the same byte of the same block."""
    count = len({place for event in attempt.run.events for place in _places(event, letters.encode())})
    return {"count": count} if count > 1 else None


def _places(event: Event, letters: bytes) -> list[tuple[str, int]]:
    """The bytes that this event has written one of these letters to, each with its block."""
    contents = event.detail.get("contents")
    if event.kind != "writes" or not isinstance(contents, Contents):
        return []
    runs = [(start, length) for start, length, byte in contents.runs if byte in letters]
    offset, block = event.detail.get("offset", 0), event.detail["block"]
    return [(block, offset + start + index) for start, length in runs for index in range(length)]


@demand("writer")
def somebody_else_read(attempt: Attempt) -> Facts | None:
    """Another process has looked into it."""
    return None if last_reads(attempt.run) else {"writer": listed(map(the, sorted(writers(attempt.run))))}


@demand("number")
def ends_with(attempt: Attempt, number: int) -> Facts | None:
    """The last that the parent reads from shared memory is this number."""
    reads = [event for event in attempt.run.events if event.kind == "reads" and event.process == "parent"]
    found = as_number(reads[-1]) if reads else None
    return None if found == number else {"number": "nothing" if found is None else found}


@demand("order", "reader")
def saw_it_in_every_order(attempt: Attempt) -> Facts | None:
    """It worked this time, and in every order of the steps the last look of a reader has shown what was written."""
    if _in_vain(attempt.run):
        return None
    for order, run in attempt.runs:
        if order is not None and (reader := _in_vain(run)):
            return {"order": order, "reader": reader}
    return None


@demand("reader")
def saw_it(attempt: Attempt) -> Facts | None:
    """In this run the last look of a reader has shown what was written."""
    reader = _in_vain(attempt.run)
    return {"reader": reader} if reader else None


def _in_vain(run: Run) -> str:
    """Who has looked where somebody wrote, and seen zeros; empty if somebody has seen more."""
    looks = last_reads(run)
    return "" if any(not saw_zeros(event) for event in looks.values()) else next(iter(looks), "")
