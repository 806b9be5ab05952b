"""An exercise: what is to be done, hints, a solution, and the demands on what was done, each with its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from ..analysis.run import Run
from .attempt import Attempt, WrongSort, block_of
from .demands import DEMANDS
from .words import fields, tables

HINTS = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """A demand by its name (``of``), what it is given besides, and what is said where it is not met."""

    of: str
    says: str
    look: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise of the course; ``ValueError`` if it is not complete.

    ``takes`` is what it is checked by: a ``"program"``, a ``"lesson"`` or a ``"block"``, and ``needs`` says so.
    ``starter`` is the program that it begins with. The first of the ``demands`` that is not met is what is said.
    What is done without it gets the first of the ``remarks`` that fits: a demand that is not made.
    """

    id: str
    text: str
    takes: str
    needs: str
    hints: tuple[str, ...]
    solution: str
    done: str
    demands: tuple[Wanted, ...]
    starter: str = ""
    remarks: tuple[Wanted, ...] = ()

    def __post_init__(self) -> None:
        for fault in self._faults():
            raise ValueError(f"exercise {self.id!r}: {fault}")

    def missing(self, given: object) -> str:
        """What is not yet as it should be, in words; empty if it is done. ``WrongSort`` if it cannot be checked."""
        return _first_unmet(self.demands, _TAKES[self.takes](given))

    def remark(self, given: object) -> str:
        """What is to be said of an attempt that is done; mostly nothing."""
        return _first_unmet(self.remarks, _TAKES[self.takes](given))

    def is_starter(self, given: object) -> bool:
        """Whether this is a run of the program that the exercise begins with, as it stands."""
        source = getattr(given, "source", "")
        return bool(self.starter) and isinstance(source, str) and _code(source) == _code(self.starter)

    def _faults(self) -> list[str]:
        texts = ("text", "needs", "solution", "done", "demands")
        return [
            *(f"it has no {name}" for name in texts if not getattr(self, name)),
            *([] if len(self.hints) == HINTS else [f"it needs {HINTS} hints, got {len(self.hints)}"]),
            *([] if self.takes in _TAKES else [f"there is nothing like {self.takes!r} to check"]),
            *(fault for wanted in (*self.demands, *self.remarks) for fault in _faults_of(wanted)),
        ]


def _first_unmet(demands: tuple[Wanted, ...], attempt: object) -> str:
    for wanted in demands:
        facts = DEMANDS[wanted.of].check(attempt, **wanted.look)
        if facts is not None:
            return wanted.says.format(**facts)
    return ""


def _faults_of(wanted: Wanted) -> list[str]:
    if wanted.of not in DEMANDS:
        return [f"there is no demand {wanted.of!r}"]
    demand = DEMANDS[wanted.of]
    unknown = fields(wanted.says) - demand.facts
    asks = [f"the sentence for {wanted.of!r} asks for {sorted(unknown)}"] if unknown else []
    return [*demand.faults(wanted.look), *asks, *([] if wanted.says else [f"nothing is said for {wanted.of!r}"])]


def _code(source: str) -> list[str]:
    """The lines of a program, without empty ones and what stands behind them."""
    return [line.rstrip() for line in source.splitlines() if line.strip()]


def _lesson(given: object) -> Run:
    if isinstance(given, Run) and not given.source and len(given.processes) > 1:
        return given
    raise WrongSort


def _program(given: object) -> Attempt:
    attempt = Attempt(given)
    if not attempt.run.source:
        raise WrongSort
    return attempt


_TAKES = {"program": _program, "lesson": _lesson, "block": block_of}


@cache
def exercises() -> Mapping[str, Exercise]:
    """All exercises of the course, by name."""
    return MappingProxyType({name: exercise_of(name, table) for name, table in tables("exercises").items()})


def exercise_of(name: str, table: Mapping[str, Any]) -> Exercise:
    """The exercise that a file's table describes; ``ValueError`` if it is not complete."""
    try:
        demands, remarks = (
            tuple(Wanted(**one) for one in each) for each in (table["demands"], table.get("remarks", ()))
        )
        rest = {key: value for key, value in table.items() if key not in ("demands", "remarks", "hints")}
        return Exercise(id=name, demands=demands, remarks=remarks, hints=tuple(table["hints"]), **rest)
    except (KeyError, TypeError) as error:
        raise ValueError(f"exercise {name!r}: {error}") from error
