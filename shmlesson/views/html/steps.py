"""A run's steps as a table: what a picture of it shows, for who reads or hears it."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.order.reads_from import band_of, seen_writes
from ...analysis.run import Run
from ...trace.event import Event
from ..text.naming import Naming, naming
from ..text.sentences import line_labels, sentence, told
from .table import cell, header, row, table

_CELL = "text-align:left;padding:1px 10px"


def steps_as_table(run: Run, times: bool = False) -> str:
    """HTML: a row for each step, with the process and what it did; with ``times``, in ms since the run's start.

    The steps of a program have a column for the lines that led to them.
    """
    steps, names = told(run), naming(run)
    columns = _columns(run, steps, times)
    titles = ["step", *columns, "process", "what it did"]
    flows = _flows(steps, names)
    rows = [
        _row(place, [cells[place] for cells in columns.values()], event, sentence(event, names) + flows.get(place, ""))
        for place, event in enumerate(steps)
    ]
    return table(titles, rows, caption=run.call, title_style=_CELL)


def _columns(run: Run, steps: Sequence[Event], times: bool) -> dict[str, list[str]]:
    """What there is to say of each step besides what it is, by title."""
    start, lines = begin(run), line_labels(steps)
    columns = {"ms since the start": [milliseconds(event, start) for event in steps]} if times else {}
    return columns | ({"line": lines} if any(lines) else {})


def begin(run: Run) -> int:
    """The time of the run's first event, in ns."""
    return min((event.time for event in run.events), default=0)


def milliseconds(event: Event, start: int) -> str:
    """The time of ``event`` in ms since ``start``, to the microsecond."""
    return f"{(event.time - start) / 1e6:.3f}"


def _row(place: int, cells: list[str], event: Event, what: str) -> str:
    return row(cell(str(place + 1)), *map(cell, cells), header(event.process, _CELL), cell(what, _CELL))


def _flows(steps: Sequence[Event], names: Naming) -> dict[int, str]:
    """What the arrows say: which writes went into a shared block, and which reads saw which of them."""
    into = {place: _into(event, names) for place, event in enumerate(steps) if event.kind == "writes"}
    reads = seen_writes(steps, names.bands).items()
    return into | {read: f", which step {write + 1} wrote" for read, write in reads}


def _into(event: Event, names: Naming) -> str:
    """Empty where it is no shared block, or where the sentence itself says which."""
    band = band_of(event, names.bands)
    if not band or not band.shared or "value" in event.detail or names.several(event):
        return ""
    return " into the block" if names.whole(event) else ", in the block"
