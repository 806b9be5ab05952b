"""``catch_up``: what the notebooks before this one have shown, a line each, from runs that are made now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..api.explore import explore
from ..api.program import program
from ..views.html.course_table import course_table
from .library import entry
from .words import WORDS, say, table

_LIMIT = 100  # orders of a program's steps; those in the file have a handful


@dataclass(frozen=True, slots=True, repr=False)
class CaughtUp:
    """What was shown before a notebook: ``rows`` of a number, a sentence, and what a run of just now printed."""

    title: str
    rows: tuple[tuple[str, str, str], ...] = ()

    def __str__(self) -> str:
        return "\n".join([self.title, *(f"{number}  {says} {shown}" for number, says, shown in self.rows)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        titles = [WORDS[name] for name in ("earlier_number", "earlier_says", "earlier_shown")]
        return course_table(titles, self.rows, self.title)


def catch_up(number: str) -> CaughtUp:
    """Run what a learner would have seen before notebook ``number``, such as ``"05"``: a line for each earlier one.

    ``LookupError`` with close matches if there is no such notebook.
    """
    earlier = table("earlier")
    entry(earlier, number, "no_notebook")
    before = {name: shows for name, shows in earlier.items() if name < number and shows}
    rows = tuple((name, shows["says"], _shown(shows)) for name, shows in before.items())
    return CaughtUp(say("caught_up" if rows else "nothing_earlier", number=number), rows)


def printed(shows: Mapping[str, object]) -> list[tuple[str, str]]:
    """Run an entry's program: who printed a line, and the line; in all orders if it says so, and each line once."""
    text = str(shows["program"]).strip("\n") + "\n"
    if shows.get("orders"):
        runs = [outcome.printed for outcome in explore(text, orders=_LIMIT).outcomes]
    else:
        runs = [{process.name: process.printed for process in program(text).processes}]
    lines = {(who, line) for run in runs for who, lines in run.items() for line in lines.splitlines()}
    return sorted(lines)


def _shown(shows: Mapping[str, object]) -> str:
    """``Just now child 1 printed “1” or “2”.``"""
    by_process: dict[str, list[str]] = {}
    for who, line in printed(shows):
        by_process.setdefault(WORDS.get(who, who), []).append(f"“{line}”")
    said = [say("earlier_printed", who=who, lines=WORDS["either"].join(own)) for who, own in by_process.items()]
    return say("earlier_orders" if shows.get("orders") else "earlier_run", what="; ".join(said))
