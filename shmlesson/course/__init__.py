"""The course: questions that hold back their answers, and exercises that check what processes did.

A question is a file in ``questions/``, an exercise one in ``exercises/``. ``ask`` shows a question and says nothing of
its answer; ``settle`` looks at what the learner ran. ``check`` looks at what processes did, over all orders.
``Arrange`` and ``FillIn`` lead up to an exercise; ``practise`` makes endless small questions. ``progress`` says what
was shown so far, in this session and in those before. For a class: ``catch_up`` runs what earlier notebooks have
shown, and ``results`` counts who was right before and after. May import ``views``, and what that may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .arranging import Arrange, FillIn
from .asking import answers, ask, settle
from .checking import check, hint, solution
from .keeping import forget, progress
from .practising import practise

if TYPE_CHECKING:
    from .catching_up import catch_up
    from .learning_gain import results

__all__ = [
    "Arrange",
    "FillIn",
    "answers",
    "ask",
    "catch_up",
    "check",
    "forget",
    "hint",
    "practise",
    "progress",
    "results",
    "settle",
    "solution",
]

_HOMES = {"catch_up": "catching_up", "results": "learning_gain"}


def __getattr__(name: str) -> object:
    """Import on first use what few notebooks need."""
    if name not in _HOMES:
        raise AttributeError(f"module 'shmlesson.course' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
