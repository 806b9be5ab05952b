"""Rules that look at one run: what fork returned, what was printed and by whom, who ended how."""

from __future__ import annotations

import re

from ...analysis.run import Run
from ...analysis.verdicts.phrases import listed, the
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
    given = isinstance(evidence, str) and evidence
    text = given or _text_of(run_with(evidence, forks=forks), process)
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
            return Found(name, {"who": listed(map(the, roles)) if roles else "nobody"})
    raise CannotSettle


@rule("count", "names")
def processes(evidence: object, whens: Whens) -> Found:
    """How many processes there were: ``when`` is that number."""
    run = run_with(evidence, forks=1)
    names = listed(the(process.name) for process in run.processes)
    return Found(option_for(len(run.processes), whens), {"count": len(run.processes), "names": names})


@rule("numbers")
def all_different(evidence: object, whens: Whens) -> Found:
    """Whether several process IDs differ: ``when`` is ``"same"`` or ``"different"``."""
    pids = of_type(evidence, list, tuple)
    if len(pids) < 2 or not all(isinstance(pid, int) for pid in pids):
        raise CannotSettle
    same = len({*pids}) < len(pids)
    return Found(option_for("same" if same else "different", whens), {"numbers": listed(map(str, pids))})


@rule("reader", "writer", "wrote", "saw")
def reader_saw(evidence: object, whens: Whens, memory: str = "", made: str = "before", writer: str = "") -> Found:
    """What the reader of a lesson or a program saw in the end: ``when`` is ``"the write"`` or ``"zeros"``."""
    run = run_with(evidence, forks=1)
    if not (_maps_so(run, memory, made) if run.source else _has_settings(run.call, memory, made)):
        raise CannotSettle
    reads, writes = (run.parent, run.child) if run.child.wrote else (run.child, run.parent)
    if reads.saw is None or writes.wrote is None or writer not in writes.name:
        raise CannotSettle
    facts = {"reader": the(reads.name), "writer": the(writes.name), "wrote": writes.wrote, "saw": reads.saw}
    return Found(option_for("zeros" if reads.saw.is_zero else "the write", whens), facts)


def _maps_so(run: Run, memory: str, made: str) -> bool:
    """Whether a program's blocks are all of this memory, if any, and all made then; it has two processes."""
    own = (event.kind for event in run.events if event.process == "parent")  # between processes there is no order
    first = next(kind for kind in own if kind in ("maps", "forks"))
    kinds = {event.detail["memory"] for event in run.events if event.kind == "maps"}
    return len(run.processes) == 2 and kinds == {memory or "shared"} and (first == "forks") == (made == "after")


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


@rule("verdict")
def left_behind(evidence: object, whens: Whens) -> Found:
    """What stays when all have ended: ``when`` is ``"the named one"`` or ``"nothing"``."""
    run = run_with(evidence)
    mapped = {event.detail["memory"] for event in run.events if event.kind == "maps"}
    left = [str(verdict) for verdict in run.verdicts if verdict.kind == "left behind"]
    if not ({"shared", "named"} <= mapped and len(left) <= 1):
        raise CannotSettle
    return Found(option_for("the named one" if left else "nothing", whens), {"verdict": "".join(left)})


@rule("ended")
def touched(evidence: object, whens: Whens) -> Found:
    """How a touch beyond a block ended: ``when`` is ``"stopped"``, by a signal or an error, or ``"grew"``."""
    run = run_with(evidence)
    killed = [how_it_ended(process) for process in run.processes if process.signal is not None]
    errors = [f"got a `{name}`" for name in re.findall(r"^\w+Error", _text_of(run, ""), re.MULTILINE)]
    grew = ["saw it grow"] if "grew" in _text_of(run, "") else []
    for ended in (*killed, *errors, *grew):
        return Found(option_for("stopped" if killed or errors else "grew", whens), {"ended": ended})
    raise CannotSettle
