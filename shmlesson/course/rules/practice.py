"""Rules for practice: what came of one of its programs, and which of them it came of."""

from __future__ import annotations

from ...analysis.run import Run
from ...analysis.verdicts.phrases import listed
from .rule import CannotSettle, Found, Whens, of_type, option_for, rule

NOTHING = "nothing"


def outcome_of(run: Run, asks: str, process: str) -> str:
    """What is asked about a run, in words: what a process has printed, or the kinds of its verdicts."""
    if asks == "verdicts":
        kinds = dict.fromkeys(verdict.kind for verdict in run.verdicts)
        return listed(kinds) if kinds else NOTHING
    printed = "".join(known.printed for known in run.processes if known.name == process)
    return printed.strip() or NOTHING


@rule("outcome")
def prints_this(evidence: object, whens: Whens, source: str, process: str) -> Found:
    """What a process of this very program has printed: ``when`` is that text."""
    return _found(evidence, whens, source, "prints", process)


@rule("outcome")
def has_verdicts(evidence: object, whens: Whens, source: str) -> Found:
    """The kinds of the verdicts on this very program: ``when`` lists them."""
    return _found(evidence, whens, source, "verdicts", "")


def _found(evidence: object, whens: Whens, source: str, asks: str, process: str) -> Found:
    run: Run = of_type(evidence, Run)
    if run.source.split() != source.split():
        raise CannotSettle
    outcome = outcome_of(run, asks, process)
    return Found(option_for(outcome, whens), {"outcome": outcome})


@rule("printed")
def printed_there(evidence: object, whens: Whens, printed: str, process: str) -> Found:
    """Which program has printed this: ``when`` is its text. The evidence is its run, or a list of the runs of all."""
    for given in evidence if isinstance(evidence, list) else [evidence]:
        run: Run = of_type(given, Run)
        if outcome_of(run, "prints", process) == printed:
            for name, source in whens.items():
                if run.source.split() == source.split():
                    return Found(name, {"printed": printed})
    raise CannotSettle
