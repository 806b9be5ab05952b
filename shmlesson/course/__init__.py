"""The course: questions that hold back their answers, and exercises that check what processes did.

A question is a file in ``questions/``, an exercise one in ``exercises/``. ``ask`` shows a question and says nothing of
its answer; ``settle`` looks at what the learner ran. ``check`` looks at what processes did, over all orders.
``Arrange`` and ``FillIn`` lead up to an exercise; ``practise`` makes endless small questions. ``progress`` says what
was shown so far, in this session and in those before. May import ``views``, and what that may.
"""

from __future__ import annotations

from .arranging import Arrange, FillIn
from .asking import answers, ask, settle
from .checking import check, hint, solution
from .keeping import forget, progress
from .practising import practise

__all__ = [
    "Arrange",
    "FillIn",
    "answers",
    "ask",
    "check",
    "forget",
    "hint",
    "practise",
    "progress",
    "settle",
    "solution",
]
