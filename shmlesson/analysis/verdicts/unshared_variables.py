"""Unshared variables: plain ones that one process changed and another one reads, each in its own memory.

A run reports what each process has changed since it was forked: variables of the module and of functions, attributes of
objects. Where they are read is taken from the program's text: behind the fork, on the other side of the ``if`` that
tells the child from its parent (``source``). Silent is the judge where the reader has it otherwise: it sets the
variable anew before, or puts in what it has received; and where both change and use their own.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from ...wire.roles import parent_of
from .lifetimes import Lifetimes
from .phrases import everyone, in_order, listed, verb
from .source import Lines, Source
from .syntax import Syntax, called
from .uses import Uses
from .verdict import Verdict

_Found = defaultdict[tuple[int, str], tuple[set[str], set[str]]]
_WAITED = ("sleeps", "receives", "acquires", "notices", "waits", "reaps")


def unshared_variables(source: Source, syntax: Syntax, lifetimes: Lifetimes) -> Iterator[Verdict]:
    """The verdicts on plain variables that were taken for shared ones."""
    found: _Found = defaultdict(lambda: (set(), set()))
    uses = Uses(syntax, source)
    changed = {role: _changed(uses, lifetimes, role) for role in lifetimes.processes}
    forks: dict[int, _Fork] = {}
    for role in lifetimes.processes:
        line_of_fork, parent = lifetimes.line_of_fork(role), parent_of(role)
        if line_of_fork is None or parent not in lifetimes.processes:
            continue
        fork = forks.get(line_of_fork) or forks.setdefault(line_of_fork, _Fork(source, syntax, uses, line_of_fork))
        end = lifetimes.end(role)
        alone = lifetimes.is_inner(role) or (end is not None and end.detail.get("how") == "process")
        for what in changed[role]:
            if read := fork.read_by_parent(what, alone):
                _add(found, read, role, parent)
        reaped = lifetimes.reaps.get(role)
        for what in changed[parent]:
            if read := fork.read_by_child(what, reaped.detail.get("line") if reaped else None, _waits(role, lifetimes)):
                _add(found, read, parent, role)
    by_line: defaultdict[int, list[str]] = defaultdict(list)
    for line, name in sorted(found):
        by_line[line].append(name)
    for line, names in by_line.items():
        changers = set().union(*(found[line, name][0] for name in names))
        readers = set().union(*(found[line, name][1] for name in names))
        yield _verdict(line, names, changers, readers)


def _add(found: _Found, read: tuple[int, str], changer: str, reader: str) -> None:
    found[read][0].add(changer)
    found[read][1].add(reader)


def _changed(uses: Uses, lifetimes: Lifetimes, role: str) -> list[str]:
    """What the process reported as changed since a fork, as far as the program names it."""
    changed = {
        " ".join(("" if sort == "names" else sort, what)).strip()
        for _, event in lifetimes.of_kind(role, "changes")
        for sort in ("names", "locals", "attributes")
        for what in event.detail.get(sort, ())
    }
    return sorted(what for what in changed if uses.of(what))


def _waits(role: str, lifetimes: Lifetimes) -> bool:
    """Whether the process did something that lets time pass, or others come first."""
    return any(True for _ in lifetimes.of_kind(role, *_WAITED))


class _Fork:
    """A line that forks: what those read which it sets apart, worked out once, however many are forked there."""

    def __init__(self, source: Source, syntax: Syntax, uses: Uses, line: int) -> None:
        self._uses = uses
        self._own = source.child_only(line)
        self._childs = _with_called(self._own, frozenset(), syntax)
        behind = _behind(line, syntax, source)
        self._after = _with_called(behind - self._own, self._own, syntax)
        self._once = self._after - source.loops_around(line)
        self.read_by_parent = cache(self._read_by_parent)
        self.read_by_child = cache(self._read_by_child)

    def _read_by_parent(self, what: str, alone: bool) -> tuple[int, str] | None:
        """What the child changed and the parent reads behind the fork; ``alone``: the child runs nothing of its."""
        uses = self._uses
        if not alone and not uses.may_change(what, self._childs):
            return None
        changes = uses.changes(what, self._after)
        if any(map(uses.receives, changes)) or (changes and uses.reads_its_own(what, self._childs)):
            return None
        return uses.first_read(what, self._after)

    def _read_by_child(self, what: str, until: int | None, waits: bool) -> tuple[int, str] | None:
        """What the parent changed ``until`` it reaped the child, and the child reads in its branch after a wait."""
        uses = self._uses
        changes = uses.changes(what, self._once)
        if not changes or (until is not None and min(node.lineno for node in changes) > until):
            return None
        read = uses.first_read(what, self._own)
        mine = [node.lineno for node in uses.changes(what, self._own)]
        if read is None or (mine and min(mine) <= read[0]) or not (waits or uses.is_polled(read[0])):
            return None
        return read


def _behind(line: int, syntax: Syntax, source: Source) -> Lines:
    """The lines that come behind a fork: in its function, and in those that have called that."""
    found: set[int] = set()
    ahead: list[ast.AST] = list(syntax.statements_at(line))
    seen: set[ast.AST | None] = set()
    while ahead:
        statement = ahead.pop()
        at = getattr(statement, "lineno", 0)
        function = syntax.function_of(statement)
        scope = syntax.lines_of(function)
        found |= {n for n in scope if n > at} | (source.loops_around(at) & scope)
        if isinstance(statement, ast.While | ast.For | ast.With):
            found |= set(range(at, at + 1))
        if function is None or function in seen:
            continue
        seen.add(function)
        calls = syntax.calls.get(getattr(function, "name", ""), [])
        if not calls:
            found |= source.after(line)  # somebody calls it whom the text does not show
        ahead += map(syntax.statement, calls)
    return frozenset(found)


def _with_called(lines: Lines, without: Lines, syntax: Syntax) -> Lines:
    """These lines, and the functions that are called there."""
    found, ahead = set(lines), set(lines)
    calls = [(call.lineno, called(call)) for named in syntax.calls.values() for call in named]
    while ahead:
        names = {name for line, name in calls if line in ahead}
        bodies = (syntax.lines_of(function) for name in names for function in syntax.functions.get(name, ()))
        ahead = set().union(*bodies) - found - without
        found |= ahead
    return frozenset(found)


def _verdict(line: int, names: list[str], changers: set[str], readers: set[str]) -> Verdict:
    who = listed(in_order(readers))
    what = "that is a plain variable" if len(names) == 1 else "those are plain variables"
    text = (
        f"Line {line} ({who}) reads {listed(names)}, but {what}: {everyone(changers)} changed"
        f" {verb(changers, 'its', 'their')} own copy after the fork, and no other process can see that."
    )
    return Verdict("plain variable", text, in_order(changers | readers), (line,))
