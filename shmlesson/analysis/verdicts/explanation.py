"""Verdicts as text: each a sentence, with the lines of the program that it is about."""

from __future__ import annotations

from collections.abc import Sequence

from .verdict import Verdict

HEADING = "What went wrong, or could have"
MOST = 50  # verdicts that are told


def explanation(verdicts: Sequence[Verdict], source: str) -> list[str]:
    """Lines of text: a heading, each verdict, and what stands in the lines of ``source`` that it names; or none.

    Of very many the first, and how many more there are.
    """
    said = [line for verdict in verdicts[:MOST] for line in (f"  ! {verdict}", *_quoted(verdict, source))]
    return [f"{HEADING}:", *said, *more(verdicts)] if said else []


def more(verdicts: Sequence[Verdict]) -> list[str]:
    """A sentence if there are more than are told; no lines otherwise."""
    hidden = len(verdicts) - MOST
    return [f"And {hidden} more, which are in verdicts."] if hidden > 0 else []


def lines_of(verdict: Verdict, source: str) -> list[tuple[int, str]]:
    """The lines that ``verdict`` names, each once, by number, with what stands there, as far as ``source`` has them."""
    program = source.splitlines()
    return [(line, program[line - 1].strip()) for line in sorted({*verdict.lines}) if 0 < line <= len(program)]


def _quoted(verdict: Verdict, source: str) -> list[str]:
    return [f"    {line:>4}  {code}" for line, code in lines_of(verdict, source)]
