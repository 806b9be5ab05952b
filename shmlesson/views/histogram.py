"""What a reader saw in many trials: a bar for each length of sleep, in parts for the outcomes, with the counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from itertools import islice

from ..outcomes import OUTCOMES, Trials

_WIDTH, _HEIGHT = 420, 24  # of a bar
_LETTER = 7.2  # the width of one, more or less
_MOST = 24  # lengths of sleep: more are told as text
_CELL = "text-align:left;padding:2px 10px;white-space:nowrap"
_EDGE = "stroke:#555"
_FONT = "font:13px var(--jp-ui-font-family,sans-serif);fill:#111"
_PALE = dict(zip(OUTCOMES, ("#bfdcf5", "#ffffff", "#ffe0b8"), strict=True))


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
    titles = ["it slept", "share of the trials", *(f"{_swatch(outcome)} {outcome}" for outcome in OUTCOMES)]
    return "".join(f'<th scope="col" style="{_CELL}">{title}</th>' for title in titles)


def _swatch(outcome: str) -> str:
    return _svg(16, 14, _filled(outcome, 0, 16, 14), "display:inline-block;vertical-align:middle")


def _row(name: str, counts: Mapping[str, int]) -> str:
    numbers = "".join(f'<td style="{_CELL}">{count}</td>' for count in counts.values())
    return f'<tr><th scope="row" style="{_CELL}">{name}</th><td style="{_CELL}">{_bar(counts)}</td>{numbers}</tr>'


def _bar(counts: Mapping[str, int]) -> str:
    frame = f'<rect x="0.5" y="0.5" width="{_WIDTH - 1}" height="{_HEIGHT - 1}" style="fill:none;{_EDGE}"/>'
    return _svg(_WIDTH, _HEIGHT, "".join(_parts(counts)) + frame, "display:block")


def _parts(counts: Mapping[str, int]) -> Iterator[str]:
    x, total = 0.0, sum(counts.values())
    for outcome, count in counts.items():
        if count:
            width = _WIDTH * count / total
            yield _filled(outcome, x, width, _HEIGHT) + _label(outcome, count, x, width)
            x += width


def _filled(outcome: str, x: float, width: float, height: float) -> str:
    """One part of a bar: plain for the write, stripes for zeros, dots for some of both; cut where it ends."""
    back = f'<rect width="100%" height="100%" style="fill:{_PALE[outcome]};{_EDGE}"/>'
    return f'<svg x="{x:g}" width="{width:g}" height="{height}">{back}{_pattern(outcome, width)}</svg>'


def _pattern(outcome: str, width: float) -> str:
    if outcome == "zeros":
        ways = "".join(f"M{x} 0l-{_HEIGHT} {_HEIGHT}" for x in range(4, int(width) + _HEIGHT + 8, 8))
        return f'<path d="{ways}" style="{_EDGE};stroke-width:0.8"/>'
    if outcome == "some of both":
        dots = "".join(f"M{x} {y}h0" for y in (4, 12, 20) for x in range(4, int(width) + 8, 8))
        return f'<path d="{dots}" style="{_EDGE};stroke-width:3;stroke-linecap:round"/>'
    return ""


def _label(outcome: str, count: int, x: float, width: float) -> str:
    """The count and the name, as far as there is room; the table has them in any case."""
    fitting = [words for words in (f"{count} {outcome}", str(count)) if len(words) * _LETTER + 10 < width]
    halo = f"stroke:{_PALE[outcome]};stroke-width:5px;paint-order:stroke"
    return f'<text x="{x + 6:g}" y="17" style="{_FONT};{halo}">{fitting[0]}</text>' if fitting else ""


def _svg(width: int, height: int, inner: str, look: str) -> str:
    style = f"width:{width}px;height:{height}px;{look}"
    return f'<svg viewBox="0 0 {width} {height}" aria-hidden="true" style="{style}">{inner}</svg>'


def _number(seconds: float) -> str:
    """``0.00001``, never ``1e-05``."""
    return f"{seconds:.9f}".rstrip("0").rstrip(".")
