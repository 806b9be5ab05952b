"""What a reader saw in many trials: a bar for each length of sleep, in parts for the outcomes, with the counts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from ...api.trials import OUTCOMES, Trials
from .bar import DOTS, PLAIN, STRIPES, bar, swatch
from .table import Html, cell, header, row, scrolling, table

_MOST = 24  # lengths of sleep: more are counted
_CELL = "text-align:left;padding:2px 8px;white-space:nowrap"
_LOOKS = dict(zip(OUTCOMES, (PLAIN, STRIPES, DOTS), strict=True))


def picture(trials: Trials, *, call: bool = True, width: int = 420) -> str:
    """HTML: a table with a bar and the counts for each length of sleep; the parts of a bar differ in their pattern.

    With one length there is one row. Without ``call`` the caption leaves it out; ``width`` is that of a bar, in px.
    """
    lengths = trials.by_seconds
    if set(lengths) == {0.0}:
        lengths = {}  # nobody slept
    rows = [_row(f"{_number(seconds)} s", counts, width) for seconds, counts in islice(lengths.items(), _MOST)]
    hidden = len(lengths) - len(rows)
    more = f"<div>And {hidden} more lengths of sleep, which are in by_seconds.</div>" if hidden else ""
    if len(lengths) != 1:
        rows.append(_row("in all", trials.counts, width))
    return scrolling(table(_columns(), rows, caption=_caption(trials, call), title_style=_CELL)) + more


def _caption(trials: Trials, call: bool) -> str:
    stopped = ", when it was stopped" if trials.stopped else ""
    begin = f"{trials.call}: what" if call else "What"
    return f"{begin} the reader saw in {len(trials):,} trial{'' if len(trials) == 1 else 's'}{stopped}"


def _columns() -> list[str]:
    """The titles of the columns; each outcome with a piece of its pattern."""
    outcomes = (Html(f"{swatch(_LOOKS[outcome])} {outcome}") for outcome in OUTCOMES)
    return ["it slept", "share of the trials", *outcomes]


def _row(name: str, counts: Mapping[str, int], width: int) -> str:
    numbers = (cell(f"{count:,}", _CELL) for count in counts.values())
    return row(header(name, _CELL), cell(_bar(counts, width), _CELL), *numbers)


def _bar(counts: Mapping[str, int], width: int) -> Html:
    """The parts say how often, and what, as far as there is room; the table has it in any case."""
    parts = [(_LOOKS[outcome], count, (f"{count:,} {outcome}", f"{count:,}")) for outcome, count in counts.items()]
    return Html(bar(parts, width))


def _number(seconds: float) -> str:
    """``0.00001``, never ``1e-05``."""
    return f"{seconds:.9f}".rstrip("0").rstrip(".")
