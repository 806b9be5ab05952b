"""What is left unsaid: accesses that may be in order by something that nobody here sees, such as a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..order.happens_before import Unseen
from .phrases import listed
from .race import Race


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Line ``at`` learns of something that is not seen, so nothing is said of these ``lines``."""

    at: int | None
    lines: tuple[int, ...]

    @property
    def text(self) -> str:
        """The same as a sentence."""
        who = "The program" if self.at is None else f"Line {self.at}"
        lines = f"line{'s' if len(self.lines) > 1 else ''} {listed(map(str, self.lines))}"
        return f"{who} waits for something that is not seen here, so nothing is said of {lines}."


def without_a_verdict(unseen: Sequence[Unseen], found: Iterable[Race], blind: Iterable[Race]) -> Iterator[Unsaid]:
    """Those races that would be ``found``, were it not for what is ``unseen``: one sentence for each line of that."""
    said = {(race.first.line, race.second.line) for race in found}
    lines: dict[int | None, set[int]] = {}
    for race in blind:
        if (race.first.line, race.second.line) in said:
            continue
        late = max(race.first, race.second, key=lambda access: access.position)
        before = [one for one in unseen if one.position < late.position] or [unseen[0]]
        own = [one for one in before if one.process == late.process]
        at = (own or before)[-1].line
        lines.setdefault(at, set()).update(access.line for access in (race.first, race.second) if access.line)
    for at, them in lines.items():
        if them:
            yield Unsaid(at, tuple(sorted(them)))
