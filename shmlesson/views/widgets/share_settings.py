"""What one asks of the lesson, as traits; and the line of Python that asks for the same."""

from __future__ import annotations

from typing import Any

import traitlets

from ...client.settings import MADE, WAITS, WRITERS, call_of
from ...memory.block import MEMORY

_NAMES = ("size", "fill", "wait", "seconds", "memory", "made", "writer", "trials")


class ShareSettings(traitlets.HasTraits):
    """One setting of the lesson. ``call`` follows the other traits; ``trials`` beyond 1 is how often it is repeated.

    ``seconds`` is the length of the sleep, and counts only with ``wait="sleep"``.
    """

    size = traitlets.Int(100)
    fill = traitlets.Int(97)
    wait = traitlets.Enum(WAITS, "pipe")
    seconds = traitlets.Float(0.1)
    memory = traitlets.Enum(MEMORY, "shared")
    made = traitlets.Enum(MADE, "before")
    writer = traitlets.Enum(WRITERS, "parent")
    trials = traitlets.Int(1)
    call = traitlets.Unicode(read_only=True)

    @property
    def settings(self) -> dict[str, Any]:
        """The keyword arguments of ``share`` and ``trials``; ``seconds`` is None where nobody sleeps."""
        settings = {name: getattr(self, name) for name in _NAMES if name != "trials"}
        return settings if self.wait == "sleep" else {**settings, "seconds": None}

    @traitlets.default("call")
    def _call(self) -> str:
        if self.trials == 1:
            return call_of("share", self.settings)
        return call_of("trials", self.settings, self.trials)

    @traitlets.observe(*_NAMES)
    def _on_asked(self, change: dict[str, Any]) -> None:
        self.set_trait("call", self._call())
