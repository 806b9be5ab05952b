"""A run's steps as a table: what a picture of it shows, for those who read it or have it read to them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ...analysis.order.reads_from import band_of
from ...analysis.order.states import State
from ...analysis.run import Run
from ...analysis.verdicts.phrases import the
from ...trace.event import Event
from ..text.naming import Naming
from ..text.scene import Scene
from ..text.sentences import sentence
from .table import cell, header, row, table

_CELL = "text-align:left;padding:1px 10px"


def steps_as_table(scene: Scene, times: bool = False) -> str:
    """HTML: a row for each step, with the process and what it did; with ``times``, also its time in ms since the start.

    The steps of a program have a column for the lines that led to them.
    """
    columns = _columns(scene, times)
    titles = ["step", *columns, "process", "what it did"]
    rows = [
        _row(place, [column[place] for column in columns.values()], event, what)
        for place, (event, what) in enumerate(zip(scene.steps, did(scene), strict=True))
    ]
    return table(titles, rows, caption=scene.call, title_style=_CELL)


def _columns(scene: Scene, times: bool) -> dict[str, list[str]]:
    """What there is to say of each step besides what it is, by title."""
    start = begin(scene.run)
    columns = {"ms since the start": [milliseconds(event, start) for event in scene.steps]} if times else {}
    return columns | ({"line": [*scene.lines]} if any(scene.lines) else {})


def begin(run: Run) -> int:
    """The time of the run's first event, in ns."""
    return min((event.time for event in run.events), default=0)


def milliseconds(event: Event, start: int) -> str:
    """The time of ``event`` in ms since ``start``, to the microsecond."""
    return f"{(event.time - start) / 1e6:.3f}"


def _row(place: int, cells: list[str], event: Event, what: str) -> str:
    return row(cell(str(place + 1)), *map(cell, cells), header(event.process, _CELL), cell(what, _CELL))


def did(scene: Scene) -> list[str]:
    """What was done in each step, as text; of a write and a read also what the drawing has arrows for."""
    flows = {place: _into(event, scene.names) for place, event in enumerate(scene.steps) if event.kind == "writes"}
    flows |= {read: f", which step {write + 1} wrote" for read, write in scene.seen.items()}
    flows |= {state.step: f"; {the(state.holder)} has it" for state in _held_for_ever(scene)}
    return [sentence(event, scene.names) + flows.get(place, "") for place, event in enumerate(scene.steps)]


def _held_for_ever(scene: Scene) -> Iterator[State]:
    """The states in which somebody begins to wait for ever for what another one has."""
    for track in scene.objects.values():
        for before, state in pairwise(track.states):
            if state.holder and len(state.waiting) > len(before.waiting):
                yield state


def _into(event: Event, names: Naming) -> str:
    """Empty where it is no shared block, or where the sentence itself says which."""
    band = band_of(event, names.bands)
    if not band or not band.shared or "value" in event.detail or names.several(event):
        return ""
    return " into the block" if names.whole(event) else ", in the block"
