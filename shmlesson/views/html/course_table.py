"""What the course says as a table: `code` between backticks in each cell, and a sentence or two below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .prose import inline, prose
from .table import Html, cell, header, row, scrolling, table

_CELL = "text-align:left;vertical-align:top;padding:2px 12px 2px 0"


def course_table(titles: Sequence[str], rows: Iterable[Sequence[str]], caption: str, note: str = "") -> str:
    """HTML: the rows below their titles, the first cell of each being its header; and the note as paragraphs."""
    made = (row(_header(first), *(cell(_said(text), _CELL) for text in rest)) for first, *rest in rows)
    drawn = table(titles, made, caption=Html(inline(caption)), title_style=_CELL)
    return f'<div class="mathjax_ignore">{scrolling(drawn)}{prose(note) if note else ""}</div>'


def _header(text: str) -> str:
    return header(_said(text), _CELL)


def _said(text: str) -> Html:
    return Html(inline(text))
