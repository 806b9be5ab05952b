"""The plans for a class, as docs/teaching.md has them: minutes, a place in the notebooks, what to say and to draw."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "teaching.md"
_PLAN = re.compile(r"<!-- plan: ([\w ]+) -->\n\n((?:\|.*\n)+)")
_WHERE = re.compile(r"(\d\d) \*(.+?)\*(?: `([\w-]+)`)?")


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a plan: from minute ``first`` to ``last``, below this ``heading`` of this ``notebook``, such as 03.

    ``id`` is a question, a program or an exercise there, if one is named; where it is no notebook's turn all are empty.
    """

    first: int
    last: int
    notebook: str
    heading: str
    id: str
    say: str
    draw: str


def plans() -> dict[str, list[Step]]:
    """All plans by their names; ``ValueError`` if a row is none."""
    text = PAGE.read_text(encoding="utf-8")
    return {name: [_step(row) for row in table.splitlines()[2:]] for name, table in _PLAN.findall(text)}


def _step(row: str) -> Step:
    minutes, where, say, draw = (part.strip() for part in row.strip("|").split(" |"))
    place = _WHERE.fullmatch(where)
    if where and not place:
        raise ValueError(f"{PAGE.name}: no place in a notebook: {where}")
    first, last = map(int, minutes.split("–"))
    return Step(first, last, *(place.groups("") if place else ("", "", "")), say, draw)
