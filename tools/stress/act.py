"""An act: something that is done to a run, and how long that may take."""

import time
from collections.abc import Callable
from typing import NamedTuple

LONG = 20  # seconds, more than any act needs that comes to its own end
TOO_LATE = 5.0  # seconds beyond its deadline that no load excuses


class Act(NamedTuple):
    """Something that is done to a run; ``do`` says what came of it, and may take so many ``seconds``."""

    name: str
    seconds: float
    do: Callable[[], str]


def timed(act):
    """What came of the act, and how many seconds beyond its deadline that took."""
    start = time.monotonic()
    came = act.do()
    beyond = time.monotonic() - start - act.seconds
    assert beyond <= TOO_LATE, f"it took {beyond:.1f} s more than its {act.seconds:.2f} s"
    return came, beyond
