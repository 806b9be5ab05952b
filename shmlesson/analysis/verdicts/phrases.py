"""Phrases of verdicts: how processes, lines, bytes and blocks are named."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ...wire.roles import rank


def the(role: str) -> str:
    """``the parent``, ``child 1``."""
    return "the parent" if role == "parent" else role


def listed(words: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def everyone(roles: Iterable[str]) -> str:
    """``child 1 and child 2``, in the order of their names; ``5 children`` where they are many."""
    named = in_order(roles)
    if len(named) > 4 and "parent" not in named:
        return f"{len(named)} children"
    return listed(map(the, named))


def capital(text: str) -> str:
    """The sentence with a capital at its head."""
    return text[:1].upper() + text[1:]


def bytes_named(start: int, stop: int) -> str:
    """``byte 0``, ``bytes 0 to 99``."""
    return f"byte {start:,}" if stop - start == 1 else f"bytes {start:,} to {stop - 1:,}"


def thing_named(name: str, only: bool) -> str:
    """``the pipe`` for the only one of its sort in a run, else its name."""
    return f"the {name.rpartition(' ')[0].rpartition('’s ')[2]}" if only else name


def in_order(roles: Iterable[str]) -> tuple[str, ...]:
    """Each role once, as a verdict names them."""
    return tuple(sorted(set(roles), key=rank))


def known(*lines: int | None) -> tuple[int, ...]:
    """Each line once, as a verdict names them; None stands for one that nobody knows."""
    return tuple(line for line in dict.fromkeys(lines) if line is not None)


def verb(roles: Collection[str], one: str, many: str) -> str:
    """The form that goes with so many."""
    return one if len(set(roles)) == 1 else many
