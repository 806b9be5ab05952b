"""Variables: plain ones, that one process changed and another one reads, each in a memory of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..verdicts import Verdict
from .accesses import parent_of
from .lives import Lives
from .phrases import everyone, in_order, listed, verb
from .sources import Source

_Found = defaultdict[tuple[int, str], tuple[set[str], set[str]]]


def variables(source: Source, lives: Lives) -> Iterator[Verdict]:
    """The verdicts on plain variables that were taken for shared ones."""
    found: _Found = defaultdict(lambda: (set(), set()))
    for role in lives.processes:
        fork = lives.line_of_fork(role)
        if fork is None or parent_of(role) not in lives.processes:
            continue
        for name, line in _read_by_parent(source, lives, role, fork):
            _add(found, name, line, role, parent_of(role))
        for name, line in _read_by_child(source, lives, role, fork):
            _add(found, name, line, parent_of(role), role)
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


def _names(source: Source, lives: Lives, role: str) -> list[str]:
    """The variables that the process says it changed since a fork."""
    told = {name for _, event in lives.of_kind(role, "changes") for name in event.detail["names"]}
    return sorted(filter(source.is_plain, told))


def _read_by_parent(source: Source, lives: Lives, child: str, fork: int) -> Iterator[tuple[str, int]]:
    """What the child changed and the parent reads behind the fork, outside of the child's branch."""
    own = source.child_only(fork)
    lines = source.after(fork) - own
    for name in _names(source, lives, child):
        line = source.first_read(name, lines) if source.changed_lines(name, own) else None
        if line is not None:
            yield name, line


def _read_by_child(source: Source, lives: Lives, child: str, fork: int) -> Iterator[tuple[str, int]]:
    """What the parent changed while the child ran, and the child reads in its branch."""
    own, loops = source.child_only(fork), source.loops_around(fork)
    reaped = lives.reaps.get(child)
    until = reaped.detail.get("line") if reaped else None
    for name in _names(source, lives, parent_of(child)):
        changed = source.changed_lines(name, source.after(fork) - own - loops)
        line = source.first_read(name, own)
        if line is not None and any(until is None or at <= until for at in changed):
            yield name, line


def _verdict(line: int, names: list[str], changers: set[str], readers: set[str]) -> Verdict:
    who = listed(in_order(readers))
    what = "that is a plain variable" if len(names) == 1 else "those are plain variables"
    text = (
        f"Line {line} ({who}) reads {listed(names)}, but {what}: {everyone(changers)} changed"
        f" {verb(changers, 'its', 'their')} own copy after the fork, and no other process can see that."
    )
    return Verdict("plain variable", text, in_order(changers | readers), (line,))
