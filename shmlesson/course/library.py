"""Entries by their names, and close matches for a name that is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from .words import WORDS, say

_FEW = 8

Entry = TypeVar("Entry")


class NotInTheCourse(LookupError):
    """No question, or no exercise, has this name; a notebook shows it as one sentence."""

    def _render_traceback_(self) -> list[str]:
        return [f"LookupError: {self}"]


def entry(entries: Mapping[str, Entry], name: str, missing: str) -> Entry:
    """The entry of this name; else ``NotInTheCourse``, with the sentence ``missing`` and close names."""
    if name in entries:
        return entries[name]
    close = get_close_matches(str(name), entries, n=3, cutoff=0.5)
    if close:
        hint = say("close", names=_listed(close))
    else:
        hint = say("all", names=", ".join(entries)) if len(entries) <= _FEW else ""
    raise NotInTheCourse(say(missing, id=name, close=hint))


def _listed(names: Iterable[str]) -> str:
    *first, last = [f"'{name}'" for name in names]
    return f"{', '.join(first)} {WORDS['or']} {last}" if first else last
