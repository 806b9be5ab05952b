"""Roles: what processes are called, and who descends from whom."""

from __future__ import annotations


def rank(role: str) -> list[int]:
    """Sorts the parent before its children, each child before its own, and ``child 10`` behind ``child 9``."""
    return [int(n) for n in role.removeprefix("child ").split(".") if n.isdigit()]


def parent_of(role: str) -> str:
    """``child 1`` for ``child 1.2``, ``parent`` for ``child 1``."""
    return role.rpartition(".")[0] or "parent"


def descends(role: str, ancestor: str) -> bool:
    """Whether ``role`` is ``ancestor``, or was forked by it or by one who descends from it."""
    return ancestor in ("parent", role) or role.startswith(ancestor + ".")
