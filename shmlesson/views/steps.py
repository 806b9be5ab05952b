"""A run's steps as a table: what a picture of it shows, for who reads or hears it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from ..records import Event, Run
from .sight import SHARED, blocks, seen_writes
from .words import sentence, told

_CELL = "text-align:left;padding:1px 10px"


def steps_as_table(run: Run, times: bool = False) -> str:
    """HTML: a row for each step, with the process and what it did; with ``times``, in ms since the run's start."""
    steps, start = told(run), begin(run)
    flows = _flows(steps, blocks(run))
    titles = ["step", *(["ms since the start"] if times else []), "process", "what it did"]
    head = "".join(f'<th scope="col" style="{_CELL}">{title}</th>' for title in titles)
    rows = "".join(
        _row(place, f"<td>{milliseconds(event, start)}</td>" if times else "", event, flows.get(place, ""))
        for place, event in enumerate(steps)
    )
    return (
        f'<table><caption style="text-align:left">{escape(run.call)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def begin(run: Run) -> int:
    """The time of the run's first event, in ns."""
    return min((event.time for event in run.events), default=0)


def milliseconds(event: Event, start: int) -> str:
    """The time of ``event`` in ms since ``start``, to the microsecond."""
    return f"{(event.time - start) / 1e6:.3f}"


def _row(place: int, time: str, event: Event, flow: str) -> str:
    what = f'<td style="{_CELL}">{escape(sentence(event))}{flow}</td>'
    return f'<tr><td>{place + 1}</td>{time}<th scope="row" style="{_CELL}">{escape(event.process)}</th>{what}</tr>'


def _flows(steps: Sequence[Event], owners: Mapping[str, str]) -> dict[int, str]:
    """What the arrows say: which writes went into the shared block, and which reads saw which of them."""
    writes = {place for place, event in enumerate(steps) if event.kind == "writes"}
    into = {place: " into the block" for place in writes if owners.get(steps[place].process) == SHARED}
    return into | {read: f", which step {write + 1} wrote" for read, write in seen_writes(steps, owners).items()}
