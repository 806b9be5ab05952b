"""The judge: what went wrong in a program, or could have, from the events that its processes reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .deadlocks import deadlocks
from .effort import Effort
from .exits import exits
from .left_behind import left_behind
from .lifetimes import Lifetimes
from .object_updates import object_updates
from .races import races
from .source import Source
from .syntax import Syntax
from .unsaid import Unsaid
from .unshared_blocks import unshared_blocks
from .unshared_variables import unshared_variables
from .verdict import KINDS, Verdict

if TYPE_CHECKING:
    from ...trace.trace import Trace


class Judgement(NamedTuple):
    """The verdicts on a program, the most serious first; ``in_part`` where too much happened to compare all of it.

    ``unsaid``: of which lines nothing is said, since something that is not seen may put them in order.
    """

    verdicts: tuple[Verdict, ...] = ()
    in_part: bool = False
    unsaid: tuple[Unsaid, ...] = ()


def judge(run: Trace) -> tuple[Verdict, ...]:
    """The verdicts on the program that ran, the most serious first; empty for a right one, and for a lesson."""
    return judgement(run).verdicts


def judgement(run: Trace) -> Judgement:
    """The same, and whether it is all."""
    if not run.source:
        return Judgement()
    lifetimes, syntax, effort = Lifetimes(run), Syntax(run.source), Effort(len(run.processes))
    source = Source(syntax)
    unsaid: list[Unsaid] = []
    found = [*unshared_variables(source, syntax, lifetimes), *exits(lifetimes, source, syntax), *left_behind(run)]
    if not effort.too_many_processes:
        found = [
            *deadlocks(run, lifetimes, source),
            *races(run, syntax, unsaid),
            *object_updates(run, syntax),
            *unshared_blocks(run, lifetimes, effort),
            *found,
        ]
    verdicts = sorted(dict.fromkeys(found), key=lambda verdict: KINDS.index(verdict.kind))
    return Judgement(tuple(verdicts), effort.spent, tuple(unsaid))
