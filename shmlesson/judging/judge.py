"""The judge: what went wrong in a program, or could have, from what its processes told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..verdicts import KINDS, Verdict
from .endings import endings
from .lives import Lives
from .partings import partings
from .races import races
from .sources import Source
from .standstills import standstills
from .variables import variables

if TYPE_CHECKING:
    from ..records import Run


def judge(run: Run) -> tuple[Verdict, ...]:
    """The verdicts on the program that ran, the gravest first; empty for a right one, and where no program ran."""
    if not run.source:
        return ()
    lives, source = Lives(run), Source(run.source)
    found = [
        *standstills(run, lives, source),
        *races(run),
        *partings(run, lives),
        *variables(source, lives),
        *endings(run, lives),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda verdict: KINDS.index(verdict.kind)))
