"""What a reader saw in many trials: a bar for each length of sleep, in parts for the outcomes, with the counts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import islice

from ...api.trials import OUTCOMES, Trials
from .bar import DOTS, PLAIN, STRIPES, bar, swatch

_MOST = 24  # lengths of sleep: more are told as text
_CELL = "text-align:left;padding:2px 10px;white-space:nowrap"
_LOOKS = dict(zip(OUTCOMES, (PLAIN, STRIPES, DOTS), strict=True))


def picture(trials: Trials) -> str:
    """HTML: a table with a bar and the counts for each length of sleep; the parts of a bar differ in their pattern."""
    lengths = trials.by_seconds
    if set(lengths) == {0.0}:
        lengths = {}  # nobody slept
    rows = [_row(f"{_number(seconds)} s", counts) for seconds, counts in islice(lengths.items(), _MOST)]
    hidden = len(lengths) - len(rows)
    more = f"<div>And {hidden} more lengths of sleep, which are in by_seconds.</div>" if hidden else ""
    body = "".join([*rows, _row("in all", trials.counts)])
    return (
        f'<div style="overflow-x:auto"><table><caption style="text-align:left">{escape(_title(trials))}</caption>'
        f"<thead><tr>{_head()}</tr></thead><tbody>{body}</tbody></table></div>{more}"
    )


def _title(trials: Trials) -> str:
    stopped = ", when it was stopped" if trials.stopped else ""
    return f"{trials.call}: what the reader saw in {len(trials)} trial{'' if len(trials) == 1 else 's'}{stopped}"


def _head() -> str:
    """The names of the columns; each outcome with a piece of its pattern."""
    titles = ["it slept", "share of the trials", *(f"{swatch(_LOOKS[outcome])} {outcome}" for outcome in OUTCOMES)]
    return "".join(f'<th scope="col" style="{_CELL}">{title}</th>' for title in titles)


def _row(name: str, counts: Mapping[str, int]) -> str:
    numbers = "".join(f'<td style="{_CELL}">{count}</td>' for count in counts.values())
    return f'<tr><th scope="row" style="{_CELL}">{name}</th><td style="{_CELL}">{_bar(counts)}</td>{numbers}</tr>'


def _bar(counts: Mapping[str, int]) -> str:
    """The parts say how often, and what, as far as there is room; the table has it in any case."""
    return bar([(_LOOKS[outcome], count, (f"{count} {outcome}", str(count))) for outcome, count in counts.items()])


def _number(seconds: float) -> str:
    """``0.00001``, never ``1e-05``."""
    return f"{seconds:.9f}".rstrip("0").rstrip(".")
