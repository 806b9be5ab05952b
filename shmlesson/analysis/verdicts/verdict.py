"""Verdict: one thing that went wrong in the learner's program, or could have; and verdicts as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ...trace.event import Event

KINDS = (
    "deadlock",
    "full pipe",
    "waits for ever",
    "lock held",
    "signal",
    "race",
    "sleep",
    "lost update",
    "made after",
    "private",
    "plain variable",
    "copied buffer",
    "sys.exit",
    "fell off",
    "not reaped",
    "left behind",
)
"""The slugs of all verdicts, the most serious first."""
HEADING = "What went wrong, or could have"
MOST = 50  # verdicts that are shown


class WaitsFor(NamedTuple):
    """A process waits for a thing (a lock, a pipe, or a child and its end), which ``holder`` alone could give."""

    process: str
    thing: str
    holder: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that the judge found, in words that a learner can read.

    `kind` is one of `KINDS`; `processes` are roles; `lines` are the lines of
    the program in the order in which `text` names them. `events` are those
    that it is about, as far as they are known: the two accesses of a race,
    the waits of a deadlock. `cycle` is who waits for whom, if they wait for
    each other. Two verdicts that say the same are equal, whatever these are.
    """

    kind: str
    text: str
    processes: tuple[str, ...]
    lines: tuple[int, ...]
    events: tuple[Event, ...] = field(default=(), repr=False, compare=False)
    cycle: tuple[WaitsFor, ...] = field(default=(), repr=False, compare=False)

    def __str__(self) -> str:
        return self.text


def explanation(verdicts: Sequence[Verdict], source: str) -> list[str]:
    """Lines of text: a heading, and each verdict, its kind first, with the lines of ``source`` that it names.

    Empty without verdicts: that is no praise. Of more than 50 the first, and how many more there are.
    """
    said = [line for verdict in verdicts[:MOST] for line in (_titled(verdict), *_quoted(verdict, source))]
    return [f"{HEADING}:", *said, *more(verdicts)] if said else []


def _titled(verdict: Verdict) -> str:
    return f"  ! {verdict.kind}: {verdict}"


def more(verdicts: Sequence[Verdict]) -> list[str]:
    """A sentence if there are more than are shown; empty otherwise."""
    hidden = len(verdicts) - MOST
    return [f"And {hidden} more, which are in verdicts."] if hidden > 0 else []


def lines_of(verdict: Verdict, source: str) -> list[tuple[int, str]]:
    """The lines that ``verdict`` names, each once, by number, with what stands there, as far as ``source`` has them."""
    program = source.splitlines()
    return [(line, program[line - 1].strip()) for line in sorted({*verdict.lines}) if 0 < line <= len(program)]


def _quoted(verdict: Verdict, source: str) -> list[str]:
    return [f"    {line:>4}  {code}" for line, code in lines_of(verdict, source)]
