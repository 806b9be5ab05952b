"""The judge: what went wrong in a program, or could have, from what its processes told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..verdicts import KINDS, Verdict
from .effort import Effort
from .endings import endings
from .lives import Lives
from .partings import partings
from .races import races
from .sources import Source
from .standstills import standstills
from .variables import variables

if TYPE_CHECKING:
    from ..records import Run


class Judgement(NamedTuple):
    """The verdicts on a program, the gravest first; ``in_part`` where too much happened to compare all of it."""

    verdicts: tuple[Verdict, ...] = ()
    in_part: bool = False


def judge(run: Run) -> tuple[Verdict, ...]:
    """The verdicts on the program that ran, the gravest first; empty for a right one, and where no program ran."""
    return judgement(run).verdicts


def judgement(run: Run) -> Judgement:
    """The same, and whether it is all."""
    if not run.source:
        return Judgement()
    lives, source, effort = Lives(run), Source(run.source), Effort(len(run.processes))
    found = [*variables(source, lives), *endings(run, lives)]
    if not effort.is_crowd:
        found = [*standstills(run, lives, source), *races(run), *partings(run, lives, effort), *found]
    verdicts = sorted(dict.fromkeys(found), key=lambda verdict: KINDS.index(verdict.kind))
    return Judgement(tuple(verdicts), effort.spent)
