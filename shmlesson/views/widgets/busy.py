"""A word for a run that takes its time: while the kernel waits for it, nothing else in the widget answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import ipywidgets

_LONG = 1.0  # seconds


class Busy(ipywidgets.HTML):
    """Says that a run is going on, where it is known that it takes a second or more."""

    @contextmanager
    def during(self, seconds: float) -> Iterator[None]:
        """A run that sleeps for so many seconds; whatever way it ends, the word is gone then."""
        if seconds >= _LONG:
            self.value = f'<span role="status">running, for {seconds:g} s or more</span>'
        try:
            yield
        finally:
            self.value = ""
