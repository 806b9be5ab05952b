"""Roles: what processes are called, and who descends from whom.

The run's first process is the ``parent``, its children are ``child 1``, ``child 2`` and so on in the order in which it
forked them, and the children of ``child 1`` are ``child 1.1``, ``child 1.2``.
"""

from __future__ import annotations

PARENT = "parent"
_CHILD = "child "
_DIGITS = 9  # of one number in a role: no process forks more often


def rank(role: str) -> list[int]:
    """Sorts the parent before its children, each child before its own, and ``child 10`` behind ``child 9``."""
    return [int(number) for number in role.removeprefix(_CHILD).split(".") if number.isdigit()]


def parent_of(role: str) -> str:
    """``child 1`` for ``child 1.2``, ``parent`` for ``child 1``; empty for the parent, who has none in the run."""
    return "" if role == PARENT else role.rpartition(".")[0] or PARENT


def child_of(role: str, number: int) -> str:
    """The child that ``role`` forks as its first, second and so on: ``child 1`` for the parent's first."""
    return f"{_before_child(role)}{number}"


def descends(role: str, ancestor: str) -> bool:
    """Whether ``role`` is ``ancestor``, or was forked by it or by one who descends from it."""
    return ancestor in (PARENT, role) or role.startswith(ancestor + ".")


def child_towards(role: str, descendant: str) -> str:
    """The child of ``role`` from which ``descendant`` descends, or which it is."""
    begin = _before_child(role)
    return begin + descendant.removeprefix(begin).partition(".")[0]


def is_role(name: str) -> bool:
    """Whether a process of a run can be called so."""
    return name == PARENT or (name.startswith(_CHILD) and all(map(_is_number, name[len(_CHILD) :].split("."))))


def _before_child(role: str) -> str:
    return _CHILD if role == PARENT else f"{role}."


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and text[0] != "0" and len(text) <= _DIGITS
