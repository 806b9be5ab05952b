"""A rule: code that looks at evidence and finds which option of a question is true, with the facts that show it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Whens = Mapping[str, Any]


class CannotSettle(Exception):
    """The evidence is of another sort, or shows none of the options."""


class Inconclusive(CannotSettle):
    """The evidence is of the right sort, and by chance shows nothing either way: another try may."""


class Found(NamedTuple):
    """Which option is true, by its name, and the facts of the evidence that answers can name."""

    option: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Rule:
    """``find(evidence, whens, **look)`` gives a ``Found`` or raises ``CannotSettle``; it always finds ``facts``.

    ``measured``: what it finds is a matter of chance, or of how busy the machine is.
    """

    find: Callable[..., Found]
    facts: frozenset[str]
    measured: bool = False

    def faults(self, look: Mapping[str, Any]) -> list[str]:
        """What is wrong with what a question gives it besides."""
        try:
            inspect.signature(self.find).bind(None, {}, **look)
        except TypeError as error:
            return [f"its rule does not take this: {error}"]
        return []


RULES: dict[str, Rule] = {}
"""All rules by name; each module of this folder adds its own."""


def rule(*facts: str, measured: bool = False) -> Callable[[Callable[..., Found]], Callable[..., Found]]:
    """Make a function a rule, under its own name, that finds these facts."""

    def add(find: Callable[..., Found]) -> Callable[..., Found]:
        RULES[find.__name__] = Rule(find, frozenset(facts), measured)
        return find

    return add


def of_type(evidence: object, *types: type) -> Any:
    """The evidence itself, if it is of one of these types; else ``CannotSettle``."""
    if isinstance(evidence, types) and not isinstance(evidence, bool):
        return evidence
    raise CannotSettle


def option_for(value: object, whens: Whens) -> str:
    """The option that is true when the evidence shows this value; ``CannotSettle`` if there is none."""
    for name, when in whens.items():
        if when == value or (isinstance(when, list) and value in when):
            return name
    raise CannotSettle
