"""``Arrange`` and ``FillIn``: the first two steps of a ladder, whose programs run and are checked by what they did."""

from __future__ import annotations

from ..api.program import program
from ..errors import ShmlessonError
from ..views.widgets import arrange, fill_in
from .checking import check
from .ladder import Ladder, ladders
from .library import entry
from .said import Said
from .words import WORDS, say

_SECONDS = 5.0


class Arrange(arrange.Arrange):
    """The lines of a program, in disorder, and some that it does not need: put them in order, and run it.

    ``order`` is a trait: the places of the lines that are taken, in order. Any program that does what it should is
    right. ``LookupError`` if there is no ladder of this name.
    """

    def __init__(self, id: str = "right") -> None:
        ladder = _ladder(id)
        text = say("arrange", task=ladder.task)
        super().__init__(text, ladder.head, ladder.lines, WORDS, lambda source: _outcome(id, source))


class FillIn(fill_in.FillIn):
    """A program with two blanks: fill them in, and run it.

    ``texts`` is a trait: what stands in the blanks. ``LookupError`` if there is no ladder of this name.
    """

    def __init__(self, id: str = "right") -> None:
        ladder = _ladder(id)
        text = say("fill_in", task=ladder.task)
        super().__init__(text, ladder.pieces, WORDS, lambda source: _outcome(id, source))


def _ladder(id: str) -> Ladder:
    return entry(ladders(), id, "no_ladder")


def _outcome(id: str, source: str) -> str:
    """What is to be said of this program, as HTML, once it has run; of none at all that it is not attempted."""
    return _judged(id, source)._repr_html_()


def _judged(id: str, source: str) -> Said:
    try:
        return check(id, program(source, timeout=_SECONDS) if source else None)
    except SyntaxError as error:
        return Said(say("no_program", line=_line(source, error.lineno), why=error.msg))
    except ShmlessonError as error:
        return Said(say("could_not_run", why=error))


def _line(source: str, number: int | None) -> str:
    """The text of that line; of the last one, if there is no such line."""
    lines = source.splitlines()
    return lines[min(number or len(lines), len(lines)) - 1].strip()
