"""The demands that exercises make. Import them from here, so that all are known."""

from __future__ import annotations

from . import blocks, programs, sharing
from .demand import DEMANDS, Demand

__all__ = ["DEMANDS", "Demand", "blocks", "programs", "sharing"]
