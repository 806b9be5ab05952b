"""What the blocks, locks and pipes of a run's picture hold, cell by cell: words where that is new, a look all along."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from ...analysis.order.states import State, Track
from .colour import paint
from .plan import Plan


@dataclass(frozen=True, slots=True)
class Filling:
    """What a cell shows: ``words``, the ``fill`` colour of a block, and the ``classes`` of its look."""

    words: str = ""
    fill: str = ""
    classes: tuple[str, ...] = ()


_BETWEEN_DIGITS = re.compile(r"(?<=\d),(?=\d)")
Fillings = dict[tuple[int, int], Filling]
NOTHING = Filling()


def fillings(places: Plan, crossed: Callable[[int, int], bool]) -> Fillings:
    """By step and lane, where there is something; ``crossed`` tells whether an arrow runs where its words would stand.

    That nothing is held or waits any more is then said a step later or two, if there is room.
    """
    found: Fillings = {}
    for name, stretches in _stretches(places):
        last, lane = min(places.ends[name] + 1, len(places.steps)), places.lanes[name]
        ends = [*(start for start, _ in stretches[1:]), last]
        before = None
        for (start, filling), end in zip(stretches, ends, strict=True):
            rows = range(max(start, places.begins.get(name, 0)), min(end, last))
            said = rows.start if filling.classes else _uncrossed(rows, lane, crossed)
            for row in rows:
                edge = ("new",) * (row == rows.start and filling != before)
                found[row, lane] = Filling(filling.words * (row == said), filling.fill, (*filling.classes, *edge))
            before = filling
    return found


def _uncrossed(rows: Sequence[int], lane: int, crossed: Callable[[int, int], bool]) -> int:
    """The first of the rows in which there is room for words; the first of all if it is not among the first three."""
    return next((row for row in rows[:3] if not crossed(row, lane)), rows[0] if rows else 0)


def in_parts(words: str) -> str:
    """HTML: the words, each run of bytes on one line as long as it has room; groups of digits stay whole."""
    parts = re.split("(?<=,) ", words) if words else ()
    return " ".join(f"<span>{_BETWEEN_DIGITS.sub(',<wbr>', escape(part))}</span>" for part in parts)


def _stretches(places: Plan) -> Iterator[tuple[str, Sequence[tuple[int, Filling]]]]:
    """For each lane with something in it: from which step on it holds what."""
    for name, held in places.held.items():
        if held:
            yield name, [(row, _block(words, paint(contents) if contents else "")) for row, words, contents in held]
    for name, track in places.things.items():
        yield name, [(state.step, _thing(state)) for state in _told(track)]


def _told(track: Track) -> Iterator[State]:
    """The states at which there is something to say: another value, or who waits for a holder."""
    last = None
    for state in track.states:
        if last is None or state.value != last.value or (state.holder and state.waiting != last.waiting):
            yield state
            last = state


def _block(words: str, fill: str) -> Filling:
    return Filling(words, fill, ("filled",) if fill else ())


def _thing(state: State) -> Filling:
    """A lock in the colour and the line of its holder, with its name; all else in words."""
    if state.holder:
        return Filling(state.holder, "", ("held", "by-parent" if state.holder == "parent" else "by-child"))
    has_some = bool(state.count) or state.value == "set" or state.value.startswith("held")
    return Filling(state.value, "", ("held",) if has_some else ())
