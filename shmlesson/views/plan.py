"""Where each lane and each step of a run's picture goes, in units of the drawing."""

from __future__ import annotations

from dataclasses import dataclass

from ..records import Event, Run
from .sight import blocks, seen_writes
from .words import told

WIDTH = 900
ROW = 28  # from one step to the next
_FIRST, _FOR_TEXT = 44, 330  # left of the first lane; right of the last one
_AFTER_PROCESS, _AFTER_BLOCK = 3, 1.5  # room to the next lane: a process has sentences beside it


@dataclass(frozen=True, slots=True)
class Plan:
    """Lanes by name, from left to right, each with its x; steps from top to bottom; the rows where lanes begin and end.

    ``owners`` maps a process to its block, ``seen`` the row of a read to that of the write that it saw.
    """

    steps: list[Event]
    owners: dict[str, str]
    lanes: dict[str, float]
    begins: dict[str, int]
    ends: dict[str, int]
    seen: dict[int, int]

    @property
    def height(self) -> int:
        return round(ROW * (len(self.steps) + 0.6))

    def is_block(self, lane: str) -> bool:
        return lane in self.owners.values()


def plan(run: Run) -> Plan:
    """The plan of the picture of ``run``."""
    steps, owners = told(run), blocks(run)
    begins = _begins(steps, owners)
    return Plan(
        steps=steps,
        owners=owners,
        lanes=_spread(lane_names(run), set(owners.values())),
        begins=begins,
        ends=_ends(run, steps, owners),
        seen=seen_writes(steps, owners),
    )


def y_of(row: int) -> float:
    """Where in the drawing the step with this number (from 0) stands."""
    return ROW * (row + 0.75)


def lane_names(run: Run) -> list[str]:
    """The processes in their order; a block to the right of the parent, or to the left of the child, that has it."""
    owners = blocks(run)
    names: list[str] = []
    for process in run.processes:
        own = [owners[process.name]] if process.name in owners and owners[process.name] not in names else []
        names += [*own, process.name] if names else [process.name, *own]
    return names


def _spread(names: list[str], blocks: set[str]) -> dict[str, float]:
    rooms = [_AFTER_BLOCK if name in blocks else _AFTER_PROCESS for name in names[:-1]]
    unit = (WIDTH - _FIRST - _FOR_TEXT) / max(1, sum(rooms))
    return {name: round(_FIRST + unit * sum(rooms[:place]), 1) for place, name in enumerate(names)}


def _begins(steps: list[Event], owners: dict[str, str]) -> dict[str, int]:
    """A child begins where it is forked, a block where it is mapped, or where its process begins with a copy of it."""
    begins: dict[str, int] = {}
    for row, event in enumerate(steps):
        if event.kind == "forks":
            begins.setdefault(event.detail["child"], row)
        elif event.kind == "born":
            begins.setdefault(event.process, row)
        elif event.kind == "maps" and event.process in owners:
            begins.setdefault(owners[event.process], row)
    return begins | {own: begins[process] for process, own in owners.items() if own not in begins and process in begins}


def _ends(run: Run, steps: list[Event], owners: dict[str, str]) -> dict[str, int]:
    """A process ends where it says so, or else where it is reaped; a block with the last process that has it."""
    ends = {event.detail["child"]: row for row, event in enumerate(steps) if event.kind == "reaps"}
    ends |= {event.process: row for row, event in enumerate(steps) if event.kind == "ends"}
    ends = {process.name: ends.get(process.name, len(steps)) for process in run.processes}
    for block in owners.values():
        ends[block] = max(ends[process] for process, own in owners.items() if own == block)
    return ends
