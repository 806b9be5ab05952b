"""Rules that look at many orders, or at many runs: what can happen, and how often it did."""

from __future__ import annotations

import re

from ...api.exploration import Exploration, Outcome, say_orders
from ...api.trials import Trials
from .rule import CannotSettle, Found, Inconclusive, Whens, of_type, option_for, rule

FOR_EVER = "for ever"


@rule("values", "count", "shown", "order")
def values(
    evidence: object, whens: Whens, pattern: str, process: str = "parent", source: str = "", show: str = ""
) -> Found:
    """All that a process can print, over all orders: ``when`` lists it, sorted and joined by `` or ``.

    ``pattern`` has one group, which is what counts; who waits for ever counts as ``"for ever"``. ``source`` is a
    pattern for the program's text. ``shown`` is the value ``show``, if it came, else the last; ``order`` leads to it.
    """
    found: Exploration = of_type(evidence, Exploration)
    if not found.complete or not re.search(source, found.source):
        raise CannotSettle
    orders = {_value(outcome, pattern, process): outcome.order for outcome in reversed(found.outcomes)}
    joined, shown = " or ".join(sorted(orders)), show if show in orders else max(orders)
    facts = {"values": joined, "count": say_orders(found.count), "shown": shown, "order": orders[shown]}
    return Found(option_for(joined, whens), facts)


def _value(outcome: Outcome, pattern: str, process: str) -> str:
    if outcome.stuck:
        return FOR_EVER
    match = re.search(pattern, outcome.printed.get(process, ""))
    if match is None:
        raise CannotSettle
    return match[1]


@rule("write", "zeros", "both", "total", measured=True)
def torn(evidence: object, whens: Whens) -> Found:
    """Whether a reader has ever seen some of both: ``when`` is ``true``; that it has not is no proof."""
    counts = of_type(evidence, Trials).counts
    if not counts["some of both"]:
        raise Inconclusive
    facts = {"write": counts["the write"], "zeros": counts["zeros"], "both": counts["some of both"]}
    return Found(option_for(True, whens), {**facts, "total": sum(counts.values())})
