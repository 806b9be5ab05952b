"""The course: questions that hold back their answers, and exercises that check what processes did.

A question is a file in ``questions/``, an exercise one in ``exercises/``. ``ask`` shows a question and says nothing of
its answer; ``settle`` looks at what the learner ran. ``check`` looks at what processes did, over all orders.
May import ``views``, and what that may.
"""

from __future__ import annotations

from .asking import answers, ask, settle
from .checking import check, hint, solution

__all__ = ["answers", "ask", "check", "hint", "settle", "solution"]
