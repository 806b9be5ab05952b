"""Verdicts as text: each a sentence, with the lines of the program that it is about."""

from __future__ import annotations

from collections.abc import Sequence

from .verdicts import Verdict

HEADING = "What went wrong, or could have"


def explanation(verdicts: Sequence[Verdict], source: str) -> list[str]:
    """Lines of text: a heading, each verdict, and what stands in the lines of ``source`` that it names; or none."""
    said = [line for verdict in verdicts for line in (f"  ! {verdict}", *_quoted(verdict, source))]
    return [f"{HEADING}:", *said] if said else []


def lines_of(verdict: Verdict, source: str) -> list[tuple[int, str]]:
    """The lines that ``verdict`` names, each once, by number, with what stands there, as far as ``source`` has them."""
    program = source.splitlines()
    return [(line, program[line - 1].strip()) for line in sorted({*verdict.lines}) if 0 < line <= len(program)]


def _quoted(verdict: Verdict, source: str) -> list[str]:
    return [f"    {line:>4}  {code}" for line, code in lines_of(verdict, source)]
