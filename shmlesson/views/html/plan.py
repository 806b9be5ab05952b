"""Where each lane and each step of a run's picture goes, in units of the drawing."""

from __future__ import annotations

from dataclasses import dataclass

from ...analysis.order.reads_from import (
    NO_BANDS,
    Band,
    Bands,
    Holding,
    band_of,
    blocks,
    holdings,
    messages,
    seen_writes,
)
from ...analysis.run import Run
from ...trace.event import Event
from ..text.naming import Naming, naming
from ..text.sentences import line_labels, told

WIDTH = 900
ROW = 28  # from one step to the next
_FIRST, _FOR_TEXT = 44, 330  # left of the first lane; right of the last one
_FOR_LINES = 52  # left of that, where the steps of a program have lines
_MOST_BLOCKS = 3  # of a program: there is no more room
_AFTER_PROCESS, _AFTER_BLOCK = 3, 1.5  # room to the next lane: a process has sentences beside it


@dataclass(frozen=True, slots=True)
class Plan:
    """Lanes by name, from left to right, each with its x; steps from top to bottom; the rows where lanes begin and end.

    ``bands`` are the blocks that have a lane, ``held`` what each holds from which row on. ``seen`` maps the row of a
    read to that of the write that it saw, ``messages`` that of one to where it came from. ``lines`` are the labels
    of the steps, ``names`` the words for what they are about.
    """

    steps: list[Event]
    lines: list[str]
    names: Naming
    bands: Bands
    lanes: dict[str, float]
    begins: dict[str, int]
    ends: dict[str, int]
    held: dict[str, list[Holding]]
    seen: dict[int, int]
    messages: dict[int, int]

    @property
    def height(self) -> int:
        return round(ROW * (len(self.steps) + 0.6))

    def is_block(self, lane: str) -> bool:
        return lane in (band.name for band in self.bands)

    def room_after(self, lane: str) -> float:
        """How far it is to the next lane's edge."""
        x = self.lanes[lane]
        return min((other for other in self.lanes.values() if other > x), default=WIDTH) - x - 18

    def shared_band(self, event: Event) -> Band | None:
        """The band that ``event`` puts bytes into, or takes them from, if others have it too."""
        band = band_of(event, self.bands)
        return band if band and band.shared else None


def plan(run: Run) -> Plan:
    """The plan of the picture of ``run``."""
    steps, bands = told(run), _drawn(blocks(run))
    lines, begins = line_labels(steps), _begins(steps, bands)
    return Plan(
        steps=steps,
        lines=lines,
        names=naming(run),
        bands=bands,
        lanes=_spread(lane_names(run), {band.name for band in bands}, _FIRST + _FOR_LINES * any(lines)),
        begins=begins,
        ends=_ends(run, steps, bands),
        held=holdings(steps, bands),
        seen=seen_writes(steps, bands),
        messages=messages(run, steps),
    )


def too_many_blocks(run: Run) -> int:
    """How many blocks of a program have no lanes, since so many have no room; 0 if all have."""
    bands = blocks(run)
    return len(bands) + bands.more - len(_drawn(bands))


def _drawn(bands: Bands) -> Bands:
    return NO_BANDS if len(bands) > _MOST_BLOCKS and bands[0].block else bands


def y_of(row: int) -> float:
    """Where in the drawing the step with this number (from 0) stands."""
    return ROW * (row + 0.75)


def lane_names(run: Run) -> list[str]:
    """The processes in their order; a block to the right of the parent, or to the left of the child, that has it."""
    bands = _drawn(blocks(run))
    names: list[str] = []
    for process in run.processes:
        own = [band.name for band in bands if band.processes[0] == process.name]
        names += [*own, process.name] if names else [process.name, *own]
    return names


def _spread(names: list[str], blocks: set[str], first: int) -> dict[str, float]:
    rooms = [_AFTER_BLOCK if name in blocks else _AFTER_PROCESS for name in names[:-1]]
    unit = (WIDTH - first - _FOR_TEXT) / max(1, sum(rooms))
    return {name: round(first + unit * sum(rooms[:place]), 1) for place, name in enumerate(names)}


def _begins(steps: list[Event], bands: Bands) -> dict[str, int]:
    """A child begins where it is forked, a block where it is mapped, or where its process begins with a copy of it."""
    begins: dict[str, int] = {}
    for row, event in enumerate(steps):
        if event.kind == "forks":
            begins.setdefault(event.detail["child"], row)
        elif event.kind == "born":
            begins.setdefault(event.process, row)
        elif event.kind == "maps" and (band := band_of(event, bands)):
            begins.setdefault(band.name, row)
    copied = {band.name: begins[band.processes[0]] for band in bands if band.processes[0] in begins}
    return copied | begins


def _ends(run: Run, steps: list[Event], bands: Bands) -> dict[str, int]:
    """A process ends where it says so, or else where it is reaped; a block with the last process that has it."""
    ends = {event.detail["child"]: row for row, event in enumerate(steps) if event.kind == "reaps"}
    ends |= {event.process: row for row, event in enumerate(steps) if event.kind == "ends"}
    ends = {process.name: ends.get(process.name, len(steps)) for process in run.processes}
    return ends | {band.name: max(ends[process] for process in band.processes) for band in bands}
