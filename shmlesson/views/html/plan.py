"""What a run's picture shows: which lanes, from which step to which, and what goes from one to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...analysis.order.reads_from import NO_BANDS, Band, Bands, Holding, band_of
from ...analysis.order.states import Track
from ...analysis.run import Run
from ...trace.event import Event
from ..text.naming import Naming
from ..text.scene import Scene

_MOST_BLOCKS, _MOST_THINGS = 3, 6  # of a program: there is no more room


@dataclass(frozen=True, slots=True)
class Plan:
    """Lanes by name, from left to right, each with its place from 0; the steps where lanes begin and end.

    ``bands`` are the blocks that have a lane, ``held`` what each holds from which step on; ``things`` are the locks,
    pipes and the like that have one, with their states. ``seen`` maps the step of a read to that of the write that it
    saw, ``messages`` that of an acquire to that of the release that let it through. ``names`` are the words for what
    the steps are about.
    """

    steps: Sequence[Event]
    names: Naming
    bands: Bands
    lanes: Mapping[str, int]
    begins: Mapping[str, int]
    ends: Mapping[str, int]
    held: Mapping[str, Sequence[Holding]]
    things: Mapping[str, Track]
    seen: Mapping[int, int]
    messages: Mapping[int, int]

    def sort(self, lane: str) -> str:
        """``process``, ``block`` or ``thing``."""
        return "thing" if lane in self.things else "block" if lane in self.held else "process"

    def thing(self, event: Event) -> int | None:
        """The lane of the lock, pipe or the like that ``event`` is about; None if there is none."""
        name = _lane_of(self.names.thing(event.detail["name"])) if "name" in event.detail else ""
        return self.lanes[name] if name in self.things else None

    def shared_band(self, event: Event) -> Band | None:
        """The band that ``event`` puts bytes into, or takes them from, if others have it too."""
        band = band_of(event, self.bands)
        return band if band and band.shared else None


def plan(scene: Scene) -> Plan:
    """The plan of the picture of ``scene``."""
    run, steps, bands, things = scene.run, scene.steps, _drawn(scene.names.bands), _drawn_things(scene)
    return Plan(
        steps=steps,
        names=scene.names,
        bands=bands,
        lanes={name: place for place, name in enumerate(_lane_names(run, bands, things))},
        begins=_begins(steps, bands) | {name: track.states[0].step for name, track in things.items()},
        ends=_ends(run, steps, bands) | dict.fromkeys(things, len(steps)),
        held=scene.holdings if bands else {},
        things=things,
        seen=scene.seen if bands else {},
        messages=scene.messages,
    )


def too_many_blocks(scene: Scene) -> int:
    """How many blocks of a program have no lanes, since so many have no room; 0 if all have."""
    bands = scene.names.bands
    return len(bands) + bands.more - len(_drawn(bands))


def too_many_things(scene: Scene) -> list[str]:
    """The locks, pipes and the like that have no lanes, since there are more than there is room for."""
    drawn = _drawn_things(scene)
    return [name for name, track in scene.objects.items() if track.states and _lane_of(name) not in drawn]


def _drawn_things(scene: Scene) -> dict[str, Track]:
    """The things with a lane, by its name, in their order: those first at which somebody waits, or that most use."""
    tracks = [track for track in scene.objects.values() if track.states]
    if len(tracks) > _MOST_THINGS:
        uses = Counter(scene.names.thing(event.detail["name"]) for event in scene.steps if "name" in event.detail)
        waited = {track.name for track in tracks if any(state.waiting for state in track.states)}
        tracks.sort(key=lambda track: (track.name not in waited, -uses[track.name]))
    shown = {track.name for track in tracks[:_MOST_THINGS]}
    return {_lane_of(name): track for name, track in scene.objects.items() if name in shown}


def _lane_of(thing: str) -> str:
    return thing.removeprefix("the ")


def _drawn(bands: Bands) -> Bands:
    return NO_BANDS if len(bands) > _MOST_BLOCKS and bands[0].block else bands


def _lane_names(run: Run, bands: Bands, things: Iterable[str]) -> list[str]:
    """The processes in their order; a block to the right of the parent, or to the left of the child, that has it.

    What they wait at stands between the parent, with its blocks, and the children.
    """
    names: list[str] = []
    for process in run.processes:
        own = [band.name for band in bands if band.processes[0] == process.name]
        names += [*own, process.name] if names else [process.name, *own, *things]
    return names


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
