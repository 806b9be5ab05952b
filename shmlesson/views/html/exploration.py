"""What came of a program in many orders of its steps: a row for each outcome, the lanes of one of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from itertools import islice

from ...analysis.run import Run
from ...api.exploration import Exploration, Outcome
from . import lanes
from .table import Html, cell, header, row, scrolling, table
from .verdicts import listed

_MOST_ROWS, _MOST_LANES = 24, 6
_CELL = "text-align:left;vertical-align:top;padding:2px 10px"
_WORDS = f"{_CELL};overflow-wrap:anywhere"  # what a program prints can be one long word
_NUMBER = f"{_CELL};text-align:right;white-space:nowrap"
_CODE = "font-family:var(--jp-code-font-family,monospace)"
_WHOLE = "white-space:nowrap"
_FOLDED = "margin:4px 0;overflow-wrap:anywhere"

Button = Callable[[int, Outcome], str]  # HTML: what opens an outcome, by its place among all and itself


def picture(orders: Exploration, *, fork_returns: bool = True) -> str:
    """HTML: a table of the outcomes, and the verdicts on all of them; the lanes of the most frequent, folded away.

    A row says what not all outcomes have in common; the last row says what they do. Where a program cannot be explored,
    the lanes of one ordinary run stand below. ``fork_returns`` is whether lanes say what a fork returned.
    """
    with_lanes = [(outcome, said) for outcome, said in _shown(orders) if outcome.run is not None]
    draw = partial(lanes.picture, fork_returns=fork_returns)
    folded = [_folded(outcome, said, draw) for outcome, said in with_lanes[:_MOST_LANES]]
    ordinary = draw(orders.ordinary) if orders.ordinary else ""
    # What a program has printed is no formula, whatever dollars and backslashes there are in it.
    return f'<div class="mathjax_ignore">{outcomes(orders)}{"".join(folded)}{ordinary}</div>'


def outcomes(orders: Exploration, button: Button | None = None) -> str:
    """HTML: the table, and what is said of all outcomes; with a ``button`` in the rows of those that were kept."""
    hidden = len(orders.outcomes) - len(_shown(orders))
    more = f"<div>And {hidden} more outcomes, which are in outcomes.</div>" if hidden else ""
    said = "".join(f"<div>{escape(words)}</div>" for words in (*orders.certain, *orders.of_ordinary))
    return f"{_table(orders, button)}{more}{said}{listed(orders.verdicts, orders.source)}"


def _shown(orders: Exploration) -> list[tuple[Outcome, tuple[str, ...]]]:
    """The outcomes that have a row, and what each has not in common with all others."""
    return list(islice(zip(orders.outcomes, orders.different, strict=True), _MOST_ROWS))


def _table(orders: Exploration, button: Button | None) -> str:
    shown = _shown(orders)
    if not shown:
        return Html(f"<div>{escape(f'{orders.call}: {orders.how_many}')}</div>")
    titles = ["orders", "what came of it", "to see it again"]
    opened = _buttons([outcome for outcome, _ in shown], button)
    lines = [_row(outcome, said, more) for (outcome, said), more in zip(shown, opened, strict=True)]
    rows = [*lines, *_in_all(orders)]
    return scrolling(table(titles, rows, caption=f"{orders.call}: {orders.how_many}", title_style=_CELL))


def _buttons(shown: Sequence[Outcome], button: Button | None) -> list[str]:
    """For each outcome the button that opens it, if there is any."""
    if button is None:
        return ["" for _ in shown]
    return [button(place, outcome) if outcome.run else "" for place, outcome in enumerate(shown)]


def _row(outcome: Outcome, said: Sequence[str], button: str) -> str:
    return row(
        header(f"{outcome.count:,}", _NUMBER), cell(_lines(said), _WORDS), _again(f"--order {outcome.order}", button)
    )


def _again(option: str, button: str) -> str:
    """How to see an order again; on a narrow page the button goes below the option, so that words have room."""
    if not button:
        return cell(option, f"{_CELL};{_CODE};{_WHOLE}")
    return cell(Html(f'<span style="{_WHOLE}">{option}</span> {button}'), f"{_CELL};{_CODE}")


def _in_all(orders: Exploration) -> list[str]:
    """A last row with what all outcomes have in common; none if that is nothing."""
    return [row(header("in all", _NUMBER), cell(_lines(orders.same), _WORDS), cell())] if orders.same else []


def _lines(said: Sequence[str]) -> Html:
    return Html("".join(f"<div>{escape(words)}</div>" for words in said))


def _folded(outcome: Outcome, said: Sequence[str], draw: Callable[[Run], str]) -> str:
    """The lanes of one order, folded away: the rows above say what came of it, and all of them open are a long page."""
    if outcome.run is None:
        return ""
    summary = f"<summary>order {outcome.order}: {escape('; '.join(said))}</summary>"
    return f'<details style="{_FOLDED}">{summary}{draw(outcome.run)}</details>'
