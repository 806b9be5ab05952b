"""Verdict: what a judgement of a run says about the learner's program."""

from __future__ import annotations

from dataclasses import dataclass

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
)
"""The slugs of all verdicts, the gravest first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that the judge found, in words that a learner can read.

    `kind` is one of `KINDS`; `processes` are roles; `lines` are the lines of
    the program in the order in which `text` names them.
    """

    kind: str
    text: str
    processes: tuple[str, ...]
    lines: tuple[int, ...]

    def __str__(self) -> str:
        return self.text
