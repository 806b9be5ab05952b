"""How far a long call is: whoever wants to show it is called with the steps to come, and gives them back one by one.

A file of its own, since ``trials``, ``compare`` and ``explore`` take it, and none of the three needs another.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress

Progress = Callable[..., Iterable[object]]


def begin_steps(progress: Progress | None, total: int, label: str) -> Iterator[object]:
    """The steps that are still to come once the first has begun; none without ``progress``. ``next`` for each done."""
    steps = iter(progress(range(total), label=label) if progress else ())
    next(steps, None)
    return steps


def end_steps(steps: Iterator[object] | None, words: str = "") -> None:
    """No more steps come; with ``words``, these were all that there are, though more were expected."""
    if not isinstance(steps, Generator):
        return
    if words:
        with suppress(StopIteration):  # which says that it has shown them
            steps.send(words)
    steps.close()
