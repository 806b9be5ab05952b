"""Rules that look at one run: what fork returned, what was printed and by whom, who ended how."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...analysis.run import Run
from ...api.exploration import quoted
from ...trace.process import how_it_ended
from .rule import CannotSettle, Found, Whens, of_type, option_for, rule

_MOST = 60  # characters of what was printed that an answer quotes


def run_with(evidence: object, *, forks: int = 0) -> Run:
    """The evidence, if it is a run with so many forks at least; else ``CannotSettle``."""
    run: Run = of_type(evidence, Run)
    if sum(event.kind == "forks" for event in run.events) < forks:
        raise CannotSettle
    return run


@rule("parent_pid", "parent_returned", "child_pid", "child_returned")
def fork_returned(evidence: object, whens: Whens) -> Found:
    """To whom the first fork returned 0: ``when`` is ``"parent"`` or ``"child"``."""
    run = run_with(evidence, forks=1)
    child = run.child
    facts = {"parent_pid": run.parent.pid, "parent_returned": run.parent.returned}
    facts |= {"child_pid": child.pid, "child_returned": child.returned}
    return Found(option_for("child" if child.returned == 0 else "parent", whens), facts)


@rule("printed")
def printed(evidence: object, whens: Whens, process: str = "", forks: int = 0) -> Found:
    """What one process of a run (else any) has printed, or a text that is given: ``when`` is a regular expression.

    Its named groups are facts.
    """
    text = evidence if isinstance(evidence, str) else _text_of(run_with(evidence, forks=forks), process)
    for name, pattern in whens.items():
        if pattern and (found := re.search(pattern, text)):
            return Found(name, {"printed": quoted(found[0].strip("\n"), _MOST), **found.groupdict()})
    raise CannotSettle


def _text_of(run: Run, process: str) -> str:
    return "".join(known.printed for known in run.processes if process in ("", known.name))


@rule("count", "by_parent", "by_child")
def lines_printed(evidence: object, whens: Whens, forks: int = 1, pattern: str = "") -> Found:
    """How many lines (else: how many matches of a pattern) all processes have printed: ``when`` is that number."""
    run = run_with(evidence, forks=forks)
    counts = {process.name: _count(process.printed, pattern) for process in run.processes}
    by_child = sum(count for name, count in counts.items() if name != "parent")
    facts = {"count": sum(counts.values()), "by_parent": counts["parent"], "by_child": by_child}
    return Found(option_for(facts["count"], whens), facts)


def _count(text: str, pattern: str) -> int:
    return len(re.findall(pattern, text) if pattern else text.splitlines())


@rule("who")
def who_printed(evidence: object, whens: Whens, pattern: str, forks: int = 1) -> Found:
    """Which processes have printed what matches: ``when`` lists their roles, the parent first."""
    run = run_with(evidence, forks=forks)
    roles = [process.name for process in run.processes if re.search(pattern, process.printed)]
    for name, when in whens.items():
        if when == roles:
            return Found(name, {"who": " and ".join(_the(role) for role in roles)})
    raise CannotSettle


def _the(role: str) -> str:
    return "the parent" if role == "parent" else role


@rule("count", "names")
def processes(evidence: object, whens: Whens) -> Found:
    """How many processes there were: ``when`` is that number."""
    run = run_with(evidence, forks=1)
    names = ", ".join(process.name for process in run.processes)
    return Found(option_for(len(run.processes), whens), {"count": len(run.processes), "names": names})


@rule("reader", "writer", "wrote", "saw")
def reader_saw(evidence: object, whens: Whens, memory: str = "", made: str = "before") -> Found:
    """What the reader of a lesson saw in the end: ``when`` is ``"the write"`` or ``"zeros"``."""
    run = run_with(evidence, forks=1)
    if run.source or not _has_settings(run.call, memory, made):
        raise CannotSettle
    reader, writer = (run.parent, run.child) if run.child.wrote else (run.child, run.parent)
    if reader.saw is None or writer.wrote is None:
        raise CannotSettle
    facts = {"reader": _the(reader.name), "writer": _the(writer.name), "wrote": writer.wrote, "saw": reader.saw}
    return Found(option_for("zeros" if reader.saw.is_zero else "the write", whens), facts)


def _has_settings(call: str, memory: str, made: str) -> bool:
    """Whether the call of a lesson asks for this memory, if any, made then."""
    asked = re.search(r"memory='(\w+)'", call)
    after = "made='after'" in call
    return (not memory or (asked[1] if asked else "shared") == memory) and after == (made == "after")


@rule("child_ended", "verdict")
def judged(evidence: object, whens: Whens, kind: str, forks: int = 1) -> Found:
    """Whether a run has a verdict of this kind: ``when`` is ``true`` or ``false``."""
    run = run_with(evidence, forks=forks)
    found = next((str(verdict) for verdict in run.verdicts if verdict.kind == kind), "")
    return Found(option_for(bool(found), whens), {"child_ended": how_it_ended(run.child), "verdict": found})


@rule("verdict", "count")
def left_behind(evidence: object, whens: Whens) -> Found:
    """What stays when all have ended: ``when`` is ``"the named one"`` or ``"nothing"``."""
    run = run_with(evidence)
    mapped = {event.detail["memory"] for event in run.events if event.kind == "maps"}
    left = [str(verdict) for verdict in run.verdicts if verdict.kind == "left behind"]
    if not ({"shared", "named"} <= mapped and len(left) <= 1):
        raise CannotSettle
    facts = {"verdict": next(iter(left), ""), "count": len(left)}
    return Found(option_for("the named one" if left else "nothing", whens), facts)


@rule("ended", "printed")
def touched(evidence: object, whens: Whens) -> Found:
    """How a touch beyond a block ended: ``when`` is ``"stopped"``, by a signal or an error, or ``"grew"``."""
    run = run_with(evidence)
    ends = [process for process in run.processes if process.signal is not None]
    text = "".join(_lines(run))
    if not ends and "grew" not in text and "Error" not in text:
        raise CannotSettle
    ended = how_it_ended(ends[0]) if ends else how_it_ended(run.parent)
    facts = {"ended": ended, "printed": quoted(text, _MOST)}
    return Found(option_for("grew" if "grew" in text and not ends else "stopped", whens), facts)


def _lines(run: Run) -> Iterator[str]:
    return (process.printed for process in run.processes)
