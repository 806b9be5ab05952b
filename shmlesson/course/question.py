"""A question that holds back its answers: its options, what each of them is told afterwards, and what settles it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from ..cluster.needed import NEEDED, missing
from .rules import RULES, Found
from .words import fields, tables

LETTERS = "abcdefghij"
_GROUP = re.compile(r"\(\?P<(\w+)>")
_MISCONCEPTION = re.compile(r"M\d\d|")


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its ``name``, its ``text``, what whoever picked it is told, and ``when`` the evidence shows it."""

    name: str
    text: str
    answer: str
    when: Any = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the course; ``ValueError`` if it is not complete.

    ``right`` names the option that is true. ``shows`` says without any facts of a run what the run shows, ``why`` why
    it is so, ``needs`` what has to be given to ``settle``. ``settled_by`` is the rule that looks at it, ``look`` what
    that rule is given besides. ``evidence`` settles it: a program (``kind`` is ``"program"`` or ``"explore"``, with
    ``limits`` that these take), or a cell of a notebook (``"cell"``), perhaps ``only`` on one system, or
    where one package is. ``code`` is a
    program to be shown below the text. Answers are format strings with the facts that the rule finds.
    """

    id: str
    text: str
    options: tuple[Option, ...]
    right: str
    shows: str
    why: str
    needs: str
    settled_by: str
    evidence: str
    kind: str
    misconception: str = ""
    look: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    limits: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    only: str = ""
    code: str = ""

    def __post_init__(self) -> None:
        for fault in self._faults():
            raise ValueError(f"question {self.id!r}: {fault}")

    def option(self, name: str) -> Option:
        """The option of this name; ``LookupError`` if there is none."""
        for option in self.options:
            if option.name == name:
                return option
        raise LookupError(f"question {self.id!r} has no option {name!r}")

    def letter(self, name: str) -> str:
        """``a`` for the first option, ``b`` for the second."""
        return LETTERS[[option.name for option in self.options].index(name)]

    @property
    def measured(self) -> bool:
        """Whether what settles it can come out otherwise by chance."""
        return RULES[self.settled_by].measured

    @property
    def can_be_settled_here(self) -> bool:
        """Whether this system has what its evidence needs."""
        return not missing(self.only) if self.only in NEEDED else self.only in ("", sys.platform)

    def found(self, evidence: object) -> Found:
        """Which option the evidence shows, and its facts; ``CannotSettle`` if it shows none of them."""
        whens = {option.name: option.when for option in self.options}
        return RULES[self.settled_by].find(evidence, whens, **self.look)

    def _faults(self) -> list[str]:
        """What is wrong with it, the first thing first."""
        rule = RULES.get(self.settled_by)
        return [
            *(f"it has no {name}" for name in ("text", "shows", "why", "needs", "evidence") if not getattr(self, name)),
            *([] if 2 <= len(self.options) <= len(LETTERS) else [f"it needs 2 to 10 options, got {len(self.options)}"]),
            *(f"option {option.name!r} has no text" for option in self.options if not option.text.strip()),
            *(f"option {option.name!r} has no answer" for option in self.options if not option.answer.strip()),
            *_doubled("name", [option.name for option in self.options]),
            *_doubled("text", [option.text for option in self.options]),
            *([] if any(option.name == self.right for option in self.options) else [f"no option is {self.right!r}"]),
            *([] if self.kind in ("cell", "program", "explore") else [f"there is no kind of evidence {self.kind!r}"]),
            *([] if _MISCONCEPTION.fullmatch(self.misconception) else [f"{self.misconception!r} is no misconception"]),
            *([f"there is no rule {self.settled_by!r}"] if rule is None else self._unknown_facts(rule.facts)),
            *([] if rule is None else rule.faults(self.look)),
        ]

    def _unknown_facts(self, known: frozenset[str]) -> list[str]:
        """Facts that answers ask for and the rule does not find: its own, or groups in the right option's pattern."""
        groups = {name for option in self.options if option.name == self.right for name in _groups(option.when)}
        asked = {option.name: fields(option.answer) - known - groups for option in self.options}
        return [f"the answer of {name!r} asks for {sorted(facts)}" for name, facts in asked.items() if facts]


def _groups(when: object) -> list[str]:
    return _GROUP.findall(when) if isinstance(when, str) else []


def _doubled(what: str, values: list[str]) -> list[str]:
    seen = [value.strip().casefold() for value in values]
    return [f"two options have the {what} {value!r}" for value in values if seen.count(value.strip().casefold()) > 1]


@cache
def questions() -> Mapping[str, Question]:
    """All questions of the course, by name."""
    return MappingProxyType({name: question_of(name, table) for name, table in tables("questions").items()})


def question_of(name: str, table: Mapping[str, Any]) -> Question:
    """The question that a file's table describes; ``ValueError`` if it is not complete, or says more than is known."""
    try:
        options = tuple(Option(**{"answer": "", **option}) for option in table["options"])
        return Question(id=name, options=options, **{key: value for key, value in table.items() if key != "options"})
    except (KeyError, TypeError) as error:
        raise ValueError(f"question {name!r}: {error}") from error
