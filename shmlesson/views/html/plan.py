"""Where each lane and each step of a run's picture goes, in units of the drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...analysis.order.reads_from import NO_BANDS, Band, Bands, Holding, band_of
from ...analysis.run import Run
from ...trace.event import Event
from ..text.naming import Naming
from ..text.scene import Scene

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
    read to that of the write that it saw, ``messages`` that of an acquire to that of the release that let it through.
    ``lines`` are the labels of the steps, ``names`` the words for what they are about.
    """

    steps: Sequence[Event]
    lines: Sequence[str]
    names: Naming
    bands: Bands
    lanes: dict[str, float]
    begins: dict[str, int]
    ends: dict[str, int]
    held: Mapping[str, Sequence[Holding]]
    seen: Mapping[int, int]
    messages: Mapping[int, int]

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


def plan(scene: Scene) -> Plan:
    """The plan of the picture of ``scene``."""
    run, steps, bands = scene.run, scene.steps, _drawn(scene.names.bands)
    first = _FIRST + _FOR_LINES * any(scene.lines)
    return Plan(
        steps=steps,
        lines=scene.lines,
        names=scene.names,
        bands=bands,
        lanes=_spread(_lane_names(run, bands), {band.name for band in bands}, first),
        begins=_begins(steps, bands),
        ends=_ends(run, steps, bands),
        held=scene.holdings if bands else {},
        seen=scene.seen if bands else {},
        messages=scene.messages,
    )


def too_many_blocks(scene: Scene) -> int:
    """How many blocks of a program have no lanes, since so many have no room; 0 if all have."""
    bands = scene.names.bands
    return len(bands) + bands.more - len(_drawn(bands))


def _drawn(bands: Bands) -> Bands:
    return NO_BANDS if len(bands) > _MOST_BLOCKS and bands[0].block else bands


def y_of(row: int) -> float:
    """Where in the drawing the step with this number (from 0) stands."""
    return ROW * (row + 0.75)


def _lane_names(run: Run, bands: Bands) -> list[str]:
    """The processes in their order; a block to the right of the parent, or to the left of the child, that has it."""
    names: list[str] = []
    for process in run.processes:
        own = [band.name for band in bands if band.processes[0] == process.name]
        names += [*own, process.name] if names else [process.name, *own]
    return names


def _spread(names: list[str], blocks: set[str], first: int) -> dict[str, float]:
    rooms = [_AFTER_BLOCK if name in blocks else _AFTER_PROCESS for name in names[:-1]]
    unit = (WIDTH - first - _FOR_TEXT) / max(1, sum(rooms))
    return {name: round(first + unit * sum(rooms[:place]), 1) for place, name in enumerate(names)}


def _begins(steps: Sequence[Event], bands: Bands) -> dict[str, int]:
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


def _ends(run: Run, steps: Sequence[Event], bands: Bands) -> dict[str, int]:
    """A process ends where it says so, or else where it is reaped; a block with the last process that has it."""
    ends = {event.detail["child"]: row for row, event in enumerate(steps) if event.kind == "reaps"}
    ends |= {event.process: row for row, event in enumerate(steps) if event.kind == "ends"}
    ends = {process.name: ends.get(process.name, len(steps)) for process in run.processes}
    return ends | {band.name: max(ends[process] for process in band.processes) for band in bands}
