"""A demand: one thing that an attempt must fulfil. It gives the facts of what is missing, or None if nothing is."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, object]
Check = Callable[..., Facts | None]


@dataclass(frozen=True, slots=True)
class Demand:
    """``check(attempt, **look)`` gives None if it is met, else ``facts`` for the sentence that says what is missing."""

    check: Check
    facts: frozenset[str]

    def faults(self, look: Mapping[str, Any]) -> list[str]:
        """What is wrong with what an exercise gives it besides."""
        try:
            inspect.signature(self.check).bind(None, **look)
        except TypeError as error:
            return [f"{self.check.__name__} does not take this: {error}"]
        return []


DEMANDS: dict[str, Demand] = {}
"""All demands by name; each module of this folder adds its own."""


def demand(*facts: str) -> Callable[[Check], Check]:
    """Make a function a demand, under its own name, that gives these facts where it is not met."""

    def add(check: Check) -> Check:
        DEMANDS[check.__name__] = Demand(check, frozenset(facts))
        return check

    return add
