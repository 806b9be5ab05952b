"""Somebody of the class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TEACHERS = "teachers"  # the hub's group


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: a name, of which nothing is kept, and whether they are a teacher."""

    name: str
    teacher: bool


def person_of(model: Mapping[str, Any]) -> Person | None:
    """The person that the hub describes; None if it is a service."""
    if model.get("kind") != "user":
        return None
    return Person(model["name"], TEACHERS in model.get("groups", ()))
