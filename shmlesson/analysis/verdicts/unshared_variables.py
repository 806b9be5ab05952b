"""Unshared variables: plain ones that one process changed and another one reads, each in its own memory.

A run reports which global variables each process changed since it was forked; where they are read is taken from the
program's text, on either side of the ``if`` that tells the child from its parent (``source``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from ...wire.roles import parent_of
from .lifetimes import Lifetimes
from .phrases import everyone, in_order, listed, verb
from .source import Source
from .verdict import Verdict

_Found = defaultdict[tuple[int, str], tuple[set[str], set[str]]]


def unshared_variables(source: Source, lifetimes: Lifetimes) -> Iterator[Verdict]:
    """The verdicts on plain variables that were taken for shared ones."""
    found: _Found = defaultdict(lambda: (set(), set()))
    changed = {role: _names(source, lifetimes, role) for role in lifetimes.processes}
    forks: dict[int, _Fork] = {}
    for role in lifetimes.processes:
        line_of_fork, parent = lifetimes.line_of_fork(role), parent_of(role)
        if line_of_fork is None or parent not in lifetimes.processes:
            continue
        fork = forks.get(line_of_fork) or forks.setdefault(line_of_fork, _Fork(source, line_of_fork))
        for name, line in fork.read_by_parent(changed[role]):
            _add(found, name, line, role, parent)
        reaped = lifetimes.reaps.get(role)
        for name, line in fork.read_by_child(changed[parent], reaped.detail.get("line") if reaped else None):
            _add(found, name, line, parent, role)
    by_line: defaultdict[int, list[str]] = defaultdict(list)
    for line, name in sorted(found):
        by_line[line].append(name)
    for line, names in by_line.items():
        changers = set().union(*(found[line, name][0] for name in names))
        readers = set().union(*(found[line, name][1] for name in names))
        yield _verdict(line, names, changers, readers)


def _add(found: _Found, name: str, line: int, changer: str, reader: str) -> None:
    found[line, name][0].add(changer)
    found[line, name][1].add(reader)


def _names(source: Source, lifetimes: Lifetimes, role: str) -> list[str]:
    """The variables that the process reported as changed since a fork."""
    changed = {name for _, event in lifetimes.of_kind(role, "changes") for name in event.detail["names"]}
    return sorted(filter(source.is_plain, filter(source.uses, changed)))


class _Fork:
    """A line that forks: what those read which it sets apart, worked out once, however many are forked there."""

    def __init__(self, source: Source, line: int) -> None:
        self._own = source.child_only(line)
        self._after = source.after(line) - self._own
        self._once = self._after - source.loops_around(line)
        self._read = cache(source.first_read)
        self._changed = cache(source.changed_lines)

    def read_by_parent(self, changed: Iterable[str]) -> Iterator[tuple[str, int]]:
        """What the child changed and the parent reads behind the fork, outside of the child's branch."""
        for name in changed:
            line = self._read(name, self._after) if self._changed(name, self._own) else None
            if line is not None:
                yield name, line

    def read_by_child(self, changed: Iterable[str], until: int | None) -> Iterator[tuple[str, int]]:
        """What the parent changed ``until`` it reaped the child, and the child reads in its branch."""
        for name in changed:
            line, lines = self._read(name, self._own), self._changed(name, self._once)
            if line is not None and lines and (until is None or lines[0] <= until):
                yield name, line


def _verdict(line: int, names: list[str], changers: set[str], readers: set[str]) -> Verdict:
    who = listed(in_order(readers))
    what = "that is a plain variable" if len(names) == 1 else "those are plain variables"
    text = (
        f"Line {line} ({who}) reads {listed(names)}, but {what}: {everyone(changers)} changed"
        f" {verb(changers, 'its', 'their')} own copy after the fork, and no other process can see that."
    )
    return Verdict("plain variable", text, in_order(changers | readers), (line,))
