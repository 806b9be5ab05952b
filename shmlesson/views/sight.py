"""Which block is whose, and which write each read saw: decided from the values that were written and seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..contents import Contents
from ..records import Event, Run

SHARED = "block"


def blocks(run: Run) -> dict[str, str]:
    """The name of the block that each process reads and writes: one for all, or each its own, as far as is known.

    Nobody knows what a program's blocks are, so they have no name.
    """
    maps = [event for event in run.events if event.kind == "maps"]
    if len(run.processes) < 2 or any(event.detail["memory"] is None for event in maps):
        return {}
    if [event.detail["memory"] for event in maps] == ["shared"] and _before_every_fork(maps[0], run):
        return {process.name: SHARED for process in run.processes}
    touched = {event.process for event in run.events if event.kind in ("sees", "writes")}
    return {process.name: f"{process.name}’s block" for process in run.processes if process.name in touched}


def _before_every_fork(maps: Event, run: Run) -> bool:
    story = run.story
    forks = [place for place, event in enumerate(story) if event.kind == "forks"]
    return story.index(maps) < min(forks, default=len(story))


def seen_writes(events: Sequence[Event], owners: Mapping[str, str]) -> dict[int, int]:
    """For each read that shows a write into the shared block: its place among ``events``, and that write's.

    A read shows a write if it saw just what was written last, and if the block had not held the same before.
    """
    held: Contents | None = None
    write: int | None = None
    seen: dict[int, int] = {}
    for place, event in enumerate(events):
        if owners.get(event.process) != SHARED or event.kind not in ("sees", "writes"):
            continue
        contents = event.detail["contents"]
        if event.kind == "writes":
            before = held or Contents.uniform(len(contents), 0)  # every new block is zeros
            write = place if write is not None or contents != before else None
            held = contents
        elif write is not None and contents == held:
            seen[place] = write
    return seen
