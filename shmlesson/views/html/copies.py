"""Ways to get an array, as a table."""

from __future__ import annotations

from ...cluster.copies import TITLES, Copies
from .table import cell, header, row, scrolling, table

_CELL = "text-align:left;padding:2px 8px"


def picture(copies: Copies) -> str:
    """HTML: a row for each way."""
    rows = (row(header(way, _CELL), *(cell(text, _CELL) for text in rest)) for way, *rest in copies.rows())
    return scrolling(table(TITLES, rows, title_style=_CELL))
