"""What a lesson's run has shown, in one sentence: whether the reader saw the write, and why; from the run alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...analysis.run import Run
from ...api.trials import Trials
from ...memory.contents import Contents
from ...trace.event import Event

_ZEROS_WRITTEN = "Zeros were written over zeros, so there is no telling whether they were seen"
_COPIES = {
    "private": "a private mapping is copied on write",
    "bytearray": "a bytearray is not shared memory: each process has its own",
}
_WAITED = {
    "pipe": "it waited at a pipe for the word that the write was done",
    "semaphore": "it waited at a semaphore until the write was done",
}


def of_run(run: Run) -> str:
    """``The child saw what the parent wrote: …``; empty where the run did not come so far that there is one."""
    look = _look(run)
    if look is None:
        return ""
    if look.wrote.is_zero:
        return f"{_ZEROS_WRITTEN}."
    if look.saw == look.wrote:
        return f"The {look.reader} saw what the {look.writer} wrote: {_why_it_saw(look)}."
    if look.saw.is_zero:
        return f"The {look.reader} did not see it: {_why_it_did_not(look)}."
    return f"The {look.reader} saw some of both: it read while the {look.writer} was writing."


def of_trials(trials: Trials, fill: int) -> str:
    """``The reader saw the write in 3 of 5 trials, …``; empty if there are none. ``fill`` is the byte written."""
    if not trials.seen:
        return ""
    if fill == 0:
        return f"{_ZEROS_WRITTEN}."
    seen = {outcome: count for outcome, count in trials.counts.items() if count}
    if len(seen) == 1:
        (outcome,) = seen
        return f"The reader saw {outcome} {_each(len(trials))}."
    parts = [f"{outcome} in {count:,}" for outcome, count in seen.items()]
    return f"It depends on who comes first: of {len(trials):,} trials the reader saw {_listed(parts)}."


@dataclass(frozen=True, slots=True)
class _Look:
    """Who wrote what, who read what, and what the reader's story says of it."""

    writer: str
    reader: str
    wrote: Contents
    saw: Contents
    maps: tuple[Event, ...]  # of all processes
    waits: tuple[Event, ...]  # of the reader


def _look(run: Run) -> _Look | None:
    if len(run.processes) != 2:
        return None
    child_writes = run.child.wrote is not None
    writer, reader = (run.child, run.parent) if child_writes else (run.parent, run.child)
    if writer.wrote is None or reader.saw is None:
        return None
    maps = tuple(event for event in run.story if event.kind == "maps")
    names = ("child", "parent") if child_writes else ("parent", "child")
    return _Look(*names, writer.wrote, reader.saw, maps, tuple(_waits(run, reader.name)))


def _waits(run: Run, reader: str) -> Iterator[Event]:
    """What the reader did, between the fork and its last look, for which the writer may have come first."""
    last: list[Event] = []
    for event in run.story:
        if event.process == reader and event.kind in ("waits", "sleeps", "reaps"):
            last.append(event)
        elif event.process == reader and event.kind == "reads":
            yield from last
            last = []


def _why_it_saw(look: _Look) -> str:
    for event in look.waits:
        if event.kind == "sleeps":
            return f"this time its sleep of {_seconds(event)} was long enough"
        if event.kind == "reaps":
            return "it had waited for the child to end"
        if event.kind == "waits" and event.detail["at"] in _WAITED:
            return _WAITED[event.detail["at"]]
    return "this time it came second, though nothing made it wait"


def _why_it_did_not(look: _Look) -> str:
    if len(look.maps) > 1:
        return "the block was made after the fork, so each process has one of its own"
    if look.maps and look.maps[0].detail["memory"] in _COPIES:
        return _COPIES[look.maps[0].detail["memory"]]
    for event in look.waits:
        if event.kind == "sleeps":
            return f"its sleep of {_seconds(event)} was over before the {look.writer} had written"
    return f"nothing made it wait, and it read before the {look.writer} had written"


def _seconds(event: Event) -> str:
    return f"{event.detail['seconds']:g} s"


def _each(count: int) -> str:
    return "in the one trial" if count == 1 else f"in each of {count:,} trials"


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
