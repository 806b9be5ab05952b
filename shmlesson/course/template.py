"""A template: a small program with slots and numbers, from which practice makes its programs."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, TypeVar

from .words import tables

Item = TypeVar("Item")

ASKS = ("prints", "verdicts", "which")


@dataclass(frozen=True, slots=True)
class Variant:
    """One program of a template, with what stands in its slots."""

    source: str
    slots: Mapping[str, str]

    def instead_of(self, other: Variant) -> list[tuple[str, str]]:
        """Where the two differ: what this one has there, and what the other one has."""
        return [(text, other.slots[name]) for name, text in self.slots.items() if text != other.slots[name]]


@dataclass(frozen=True, slots=True)
class Template:
    """A ``program`` as a format string, the texts that its ``slots`` can have, and ``numbers`` to draw from.

    ``asks``: what can be asked about it. ``process``: whose prints it is about. ``why`` it does what it does, whichever
    of its programs it is. ``ValueError`` if it is not complete.
    """

    program: str
    slots: Mapping[str, Sequence[str]]
    numbers: Mapping[str, Sequence[object]]
    asks: Sequence[str]
    process: str
    why: str

    def __post_init__(self) -> None:
        if not (self.asks and set(self.asks) <= set(ASKS) and self.slots and self.why):
            raise ValueError(f"a template needs slots, a why, and some of {ASKS} to ask, got {self.asks}")

    def variants(self, dice: random.Random) -> list[Variant]:
        """All its programs, for numbers that are drawn, in an order that is drawn."""
        numbers = {name: drawn(dice, among) for name, among in self.numbers.items()}
        texts = [[text.format(**numbers) for text in among] for among in self.slots.values()]
        fillings = [dict(zip(self.slots, each, strict=True)) for each in product(*texts)]
        return shuffled(dice, [Variant(self.program.format(**numbers, **slots), slots) for slots in fillings])


def drawn(dice: random.Random, among: Sequence[Item]) -> Item:
    """One of these, the same on every Python: of all that ``random`` has, only ``random()`` promises that."""
    return among[int(dice.random() * len(among))]


def shuffled(dice: random.Random, items: Sequence[Item]) -> list[Item]:
    """These in an order that is drawn, the same on every Python."""
    keys = [dice.random() for _ in items]
    return [items[place] for place in sorted(range(len(items)), key=keys.__getitem__)]


@cache
def templates() -> Mapping[str, Template]:
    """All templates, by name."""
    return {name: _template(name, table) for name, table in tables("practice").items()}


def _template(name: str, table: Mapping[str, Any]) -> Template:
    try:
        return Template(**table)
    except (TypeError, ValueError) as error:
        raise ValueError(f"template {name!r}: {error}") from error
