"""What all parts of a run's picture ask for is worked out once, and kept until another run is drawn."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from .run import Run

Value = TypeVar("Value")


def kept(work: Callable[[Run], Value]) -> Callable[[Run], Value]:
    """``work``, which is not done again for the run that it was done for last."""
    last: list[tuple[Callable[[], Run | None], Value]] = []

    @wraps(work)
    def once(run: Run) -> Value:
        for known, value in last[:]:
            if known() is run:
                return value
        value = work(run)
        last[:] = [(weakref.ref(run, lambda gone: last.clear()), value)]
        return value

    return once
