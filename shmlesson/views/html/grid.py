"""The bytes in a part of a block as a grid: each with its offset, in hex, and as a character."""

from __future__ import annotations

from collections.abc import Set
from html import escape

from ...memory.contents import Contents
from ..text.cells import Cell, cells
from ..text.changes import changed_offsets
from ..text.hexdump import character
from .colour import MIXED, colour
from .table import Html, cell, header, row, scrolling, table

WINDOW = 256  # bytes: what fits a screen, and what can be read
_ROW = 16
_CELL = "padding:1px 4px;text-align:center;color:#111;border:"
_TABLE = "border-collapse:collapse;margin:4px 0;line-height:1.2;font-family:var(--jp-code-font-family,monospace)"
_HEAD = "min-width:1.6em;padding:1px 4px;font-weight:normal;text-align:right"


def grid(contents: Contents, start: int = 0, before: Contents | None = None) -> str:
    """HTML: a table of the 256 bytes from offset ``start`` on; those that differ from ``before`` underlined and framed.

    The offset of a byte is the sum of the numbers in front of its row and above its column.
    """
    window = cells(contents, start, WINDOW)
    changed = changed_offsets(before, contents, start, WINDOW) if before else set()
    titles = ["offset", *(f"+{place}" for place in range(min(_ROW, len(window))))]
    rows = [_row(window, start, place, changed) for place in range(0, len(window), _ROW)]
    return scrolling(table(titles, rows, style=_TABLE, title_style=_HEAD))


def _row(window: list[Cell], start: int, place: int, changed: Set[int]) -> str:
    bytes_here = enumerate(window[place : place + _ROW], start + place)
    return row(header(str(start + place), _HEAD), *(_cell(byte, offset in changed) for offset, byte in bytes_here))


def _cell(byte: Cell, changed: bool) -> str:
    shown = "??" if byte is None else f"{byte:02x}<br/>{escape(character(byte)).replace(' ', '&nbsp;')}"
    look = f"{'3px' if changed else '1px'} solid #555;background:{MIXED if byte is None else colour(byte)}"
    return cell(Html(f"<ins><b>{shown}</b></ins>" if changed else shown), f"{_CELL}{look}")
