"""The rules that settle questions: each looks at one sort of evidence. Import them from here, so that all are known."""

from __future__ import annotations

from . import blocks, machine, nodes, orders, practice, runs
from .rule import RULES, CannotSettle, Found, Inconclusive

__all__ = ["RULES", "CannotSettle", "Found", "Inconclusive", "blocks", "machine", "nodes", "orders", "practice", "runs"]
