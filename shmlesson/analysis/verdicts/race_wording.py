"""Wordings of the verdicts on races: which line of which process, which bytes, and what can come of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from .phrases import bytes_named, capital, in_order, known, listed, thing_named
from .verdict import Verdict

if TYPE_CHECKING:
    from ..order.happens_before import Access
    from .race import Race
    from .updates import Lost

_ROUND = "on a busy machine it can be the other way round"


class RaceWords:
    """Words for the races of a run with these ``blocks``."""

    def __init__(self, blocks: Collection[object]) -> None:
        self._only = len(blocks) == 1

    def race(self, race: Race) -> Verdict:
        """Of the kind ``race`` or ``sleep``."""
        if race.sleep is not None:
            kind, order = "sleep", f"nothing but the sleep on line {race.sleep} puts one before the other: {_ROUND}"
        else:
            kind, order = (
                "race",
                "nothing puts one before the other" + ": an update can be lost" * (race.is_update or race.goes_back),
            )
        return _verdict(race, kind, f"{self._acts(race)}, and {order}.", race.sleep)

    def lost_update(self, race: Race) -> Verdict:
        """Of the kind ``lost update``."""
        text = (
            f"{self._acts(race)}. The lock is held for the read and for the write, but not from the one to the"
            " other: an update can be lost."
        )
        return _verdict(race, "lost update", text)

    def lost_updates_over_lines(self, lost: Iterable[Lost]) -> list[tuple[Verdict, Lost]]:
        """Of the kind ``lost update``, one for each two lines that read and write, with a case of it, in one order."""
        found: defaultdict[tuple[object, ...], list[Lost]] = defaultdict(list)
        for each in lost:
            found[each.write.block, each.read.line, each.write.line].append(each)
        return [(self._over_lines(found[key]), found[key][0]) for key in sorted(found, key=str)]

    def _over_lines(self, lost: list[Lost]) -> Verdict:
        read, write = lost[0].read, lost[0].write
        alike = [each.other.process for each in lost if each.other.line in (read.line, write.line)]
        roles = in_order([*(each.write.process for each in lost), *alike])
        lines = sorted({each.other.line for each in lost if each.other.line is not None})
        others = [each for each in lost if each.other.process not in roles]
        what = f"{bytes_named(read.start, read.stop)} of {thing_named(read.block, self._only)}"
        it = "it" if read.stop - read.start == 1 else "them"
        if any(each.other.writes for each in lost):
            at = [line for line in lines if line not in (read.line, write.line)]
            who = f"line {listed(map(str, at))} of another one" if at else "another process"
            between = f"{who} can write {it} in between, and an update can be lost"
        else:
            between = "another process can read the same in between, and then both go by it"
        text = (
            f"Line {read.line} ({listed(roles)}) reads {what}, and line {write.line} writes {it} according to that."
            f" A lock is held for each of the two, but not from the one to the other: {between}."
        )
        everybody = in_order([*roles, *(each.other.process for each in others)])
        return Verdict("lost update", text, everybody, known(read.line, write.line, *lines))

    def _acts(self, race: Race) -> str:
        """What the two do to the same bytes; if it is the same line, it is said once."""
        first, second = race.first, race.second
        what = f"{bytes_named(first.start, first.stop)} of {thing_named(first.block, self._only)}"
        if first.line == second.line and second.writes:
            return f"{_where(race, first)} {_does(first, second)} {what}"
        again = _again(first, second)
        return f"{_where(race, first)} {_does(first)} {what}, {_where(race, second).lower()} {_does(second)} {again}"


def _where(race: Race, access: Access) -> str:
    """``Line 9 (child 1)``."""
    roles = listed(in_order(race.processes[access.line]))
    return capital(roles) if access.line is None else f"Line {access.line} ({roles})"


def _does(*accesses: Access) -> str:
    if any(access.kept is not None for access in accesses):
        return "reads and writes"
    return "writes" if accesses[0].writes else "reads"


def _again(first: Access, second: Access) -> str:
    """``it`` or ``them`` for the same bytes, else their numbers."""
    if (first.start, first.stop) != (second.start, second.stop):
        return bytes_named(second.start, second.stop)
    return "it" if first.stop - first.start == 1 else "them"


def _verdict(race: Race, kind: str, text: str, *more: int | None) -> Verdict:
    roles = set().union(*race.processes.values())
    return Verdict(kind, text, in_order(roles), known(race.first.line, race.second.line, *more))
