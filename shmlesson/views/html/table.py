"""HTML tables: a caption, a row of column titles, and rows that begin with a header, each cell escaped once, here.

A screen reader reads the caption first, and the title and the row's header with each cell; so every header has a scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


class Html(str):
    """Markup, to stand in a cell as it is; any other string is text."""

    __slots__ = ()


def table(
    titles: Sequence[str], *groups: Iterable[str], caption: str | None = None, style: str = "", title_style: str = ""
) -> str:
    """HTML: the titles above their columns, then the rows, made by ``row``, in one body for each of the ``groups``."""
    named = f'<caption style="text-align:left">{_html(caption)}</caption>' if caption is not None else ""
    head = "".join(header(title, title_style, scope="col") for title in titles)
    bodies = "".join(f"<tbody>{''.join(rows)}</tbody>" for rows in groups)
    return f"<table{_style(style)}>{named}<thead><tr>{head}</tr></thead>{bodies}</table>"


def row(*cells: str) -> str:
    """HTML: a row of cells, each made by ``header`` or ``cell``."""
    return f"<tr>{''.join(cells)}</tr>"


def header(content: str, style: str = "", *, scope: str = "row", columns: int = 1) -> str:
    """HTML: a header for the cells in its ``scope``: ``row``, ``col`` or ``rowgroup``; as wide as so many columns."""
    span = f' colspan="{columns}"' if columns > 1 else ""
    return f'<th scope="{scope}"{span}{_style(style)}>{_html(content)}</th>'


def cell(content: str = "", style: str = "") -> str:
    """HTML: a cell that is no header."""
    return f"<td{_style(style)}>{_html(content)}</td>"


def scrolling(html: str) -> str:
    """HTML: the same, to be scrolled sideways where the page is narrower."""
    return f'<div style="overflow-x:auto">{html}</div>'


def _html(content: str) -> str:
    return content if isinstance(content, Html) else escape(content)


def _style(style: str) -> str:
    return f' style="{style}"' if style else ""
