"""A ladder: one exercise in three steps. Its lines are arranged, then two blanks filled in, then it is written."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from .exercise import Exercise, exercise_of, exercises
from .template import shuffled
from .words import say, tables

BLANKS = 2


@dataclass(frozen=True, slots=True)
class Ladder:
    """An ``exercise``, its ``task``, ``distractors`` (lines that it does not need), and two ``blanks`` of its solution.

    ``ValueError`` if a blank is not to be found in the solution just once.
    """

    exercise: Exercise
    task: str
    distractors: Sequence[str]
    blanks: Sequence[str]

    def __post_init__(self) -> None:
        odd = [blank for blank in self.blanks if self.exercise.solution.count(blank) != 1]
        if odd or len(self.blanks) != BLANKS or not self.distractors:
            raise ValueError(
                f"ladder {self.exercise.id!r} needs distractors, and {BLANKS} blanks of its solution: {odd}"
            )

    @property
    def head(self) -> str:
        """The lines that stay where they are: the imports."""
        return self.exercise.solution.strip("\n").partition("\n\n")[0]

    @property
    def lines(self) -> list[str]:
        """The lines to be arranged, those that are not needed among them, in an order that is always the same."""
        own = self.exercise.solution.strip("\n").partition("\n\n")[2].splitlines()
        return shuffled(random.Random(self.exercise.id), [*own, *self.distractors])

    @property
    def pieces(self) -> list[str]:
        """The solution without its blanks: what stands before the first, between them, and after the last."""
        rest, pieces = self.exercise.solution.strip("\n"), []
        for blank in sorted(self.blanks, key=rest.index):
            before, _, rest = rest.partition(blank)
            pieces.append(before)
        return [*pieces, rest]


@cache
def ladders() -> Mapping[str, Ladder]:
    """All ladders, by name."""
    return MappingProxyType({name: _ladder(name, table) for name, table in tables("ladders").items()})


def _ladder(id: str, table: dict[str, Any]) -> Ladder:
    own = {key: table.pop(key) for key in ("task", "distractors", "blanks")}
    name = id.replace("-", "_")  # that of the variable with the run
    text, needs = say("ladder_text", task=own["task"], name=name), say("ladder_needs", id=id, name=name)
    return Ladder(exercise_of(id, {**table, "text": text, "needs": needs, "takes": "program"}), **own)


@cache
def all_exercises() -> Mapping[str, Exercise]:
    """All that ``check`` knows: the exercises by themselves, and those of the ladders."""
    of_ladders = {name: ladder.exercise for name, ladder in ladders().items()}
    return MappingProxyType({**exercises(), **of_ladders})
