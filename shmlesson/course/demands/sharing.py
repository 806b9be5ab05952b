"""Demands on what processes share: one block, mapped before the fork; who wrote, who saw, and in which orders."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from ...analysis.run import Run
from ...analysis.verdicts.phrases import listed, the
from ...memory.contents import Contents
from ...trace.event import Event
from ..attempt import Attempt, as_bytes, as_number, last_reads, maps_of, saw_zeros, writers
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


@demand("line")
def a_private_block(attempt: Attempt) -> Facts | None:
    """Mapped as private."""
    shared = [event for event in maps_of(attempt.run) if event.detail["memory"] != "private"]
    return {"line": shared[0].detail.get("line", "?")} if shared else None


@demand()
def somebody_wrote(attempt: Attempt) -> Facts | None:
    """A process has written into a block."""
    return None if writers(attempt.run) else {}


@demand("writers")
def both_wrote(attempt: Attempt) -> Facts | None:
    """Two processes have written into shared memory."""
    found = writers(attempt.run)
    return None if len(found) > 1 else {"writers": "".join(map(the, found)) or "nobody"}


@demand()
def another_wrote_it(attempt: Attempt, process: str) -> Facts | None:
    """Whoever wrote last before this process looked was another one."""
    events = attempt.run.events
    looks = [index for index, event in enumerate(events) if event.kind == "reads" and event.process == process]
    wrote = [event for event in events[: looks[-1] if looks else None] if event.kind == "writes"]
    return {} if wrote and wrote[-1].process == process else None


@demand()
def has_looked(attempt: Attempt, process: str) -> Facts | None:
    """This process has read from a block."""
    looks = (event for event in attempt.run.events if event.kind == "reads" and event.process == process)
    return None if any(looks) else {}


@demand("printed")
def prints_what_it_read(attempt: Attempt, process: str) -> Facts | None:
    """What this process has read stands in what it has printed after that."""
    read: bytes | None = b""
    printed = ""
    for event in attempt.run.events:
        if event.process != process:
            continue
        if event.kind == "reads":
            read, printed = as_bytes(event), ""
        elif event.kind == "prints":
            printed += event.detail["text"]
        if read is None or (read and (repr(read)[2:-1] in printed or read.decode("latin-1") in printed)):
            return None
    return {"printed": printed.strip().partition("\n")[0] or "nothing"}


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


@demand("block")
def nothing_in_common(attempt: Attempt) -> Facts | None:
    """No block is used by more than one process."""
    users: dict[str, set[str]] = {}
    for event in attempt.run.events:
        if event.kind in ("reads", "writes"):
            users.setdefault(event.detail["block"], set()).add(event.process)
    return next(({"block": block} for block, used_by in users.items() if len(used_by) > 1), None)


@demand()
def was_sent_something(attempt: Attempt, process: str) -> Facts | None:
    """This process has received something, over a connection or a pipe; to come to its end is nothing."""
    receipts = (event for event in attempt.run.events if event.kind == "receives")
    receivers = {event.process for event in receipts if event.detail.get("count") != 0}
    return None if process in receivers else {}


@demand()
def did_not_write(attempt: Attempt, process: str) -> Facts | None:
    """This process has left the writing to others."""
    return {} if process in writers(attempt.run) else None


@demand("value")
def has_read(attempt: Attempt, process: str, values: Sequence[int | float | str]) -> Facts | None:
    """This process has read each of these from shared memory, whichever way it was packed."""
    own = (event for event in attempt.run.events if event.kind == "reads" and event.process == process)
    looks = [found for event in own if (found := as_bytes(event))]
    for value in values:
        if not any(form in look for form in _packed(value) for look in looks):
            return {"value": f"`{value}`"}
    return None


def _packed(value: float | str) -> list[bytes]:
    """The value as bytes, in every size and byte order that ``struct`` has for it."""
    if isinstance(value, str):
        return [value.encode()]
    return [struct.pack(f"{order}{size}", value) for order in "<>" for size in ("bhiq", "fd")[isinstance(value, float)]]


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
