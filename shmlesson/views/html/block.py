"""What a block holds, as a picture: a strip of its runs, true to scale, with its parts named; its bytes one by one."""

from __future__ import annotations

from html import escape
from itertools import islice

from ...memory.contents import Contents, byte_in_words
from ...memory.sizes import say_exactly
from ..text.cells import Cell, spans
from ..text.hexdump import hexdump
from .colour import MIXED, colour
from .grid import WINDOW, grid
from .roles import colour_of, line_of

_SHOWN = 16  # runs: a strip has room for so many
_LABELLED = 0.13  # of the strip: what is narrower has no room for words
_PARTS = 8
_LETTER = 0.01  # of the strip: the width of one
_PAGE = 4096
_STRIPES = "background-image:repeating-linear-gradient(135deg,#fff 0 6px,#e8e8e8 6px 8px);"


def strip(contents: Contents, label: str = "block", *, axis: bool = True, role: str = "") -> str:
    """HTML: the block from left to right, true to scale: its runs above, equal parts of it, by name, below.

    Without ``axis`` there are no names below: of several strips of one size only the last one needs them. With a
    ``role`` it has that one's line around it.
    It is hidden from screen readers, so whatever shows it must have the same in words beside it.
    """
    size, frame = len(contents), f"2px {line_of(role)} {colour_of(role)}" if role else "1px solid #777"
    runs = "".join(_segment(length, byte, words, size) for length, byte, words in _runs(contents))
    parts = "".join(_part(length, name, size) for length, name in _parts(size)) if axis else ""
    below = f'<div style="display:flex;font-size:85%">{parts}</div>' if axis else ""
    return (
        f'<div aria-hidden="true" title="{escape(f"{label}: {contents}")}" style="max-width:60em;margin:2px 0 6px;'
        f'font-family:var(--jp-code-font-family,monospace);white-space:nowrap">'
        f'<div style="display:flex;border:{frame};forced-color-adjust:none">{runs}</div>'
        f"{below}</div>"
    )


def picture(contents: Contents) -> str:
    """HTML: the strip, the same in words, each byte of a small block, or the beginning of a large one as a hex dump."""
    whole = len(contents) <= WINDOW
    if whole:
        bytes_of_it = f"{grid(contents)}<details><summary>as a hex dump</summary>{dump(contents)}</details>"
    else:
        bytes_of_it = f"<div>Its first {WINDOW} bytes, as a hex dump:</div>{dump(contents)}"
    # Two bytes that are dollars are no formula.
    return f'<div class="mathjax_ignore">{strip(contents)}<div>{in_words(contents)}</div>{bytes_of_it}</div>'


def dump(contents: Contents, start: int = 0) -> str:
    """HTML: the 256 bytes from offset ``start`` on, as ``hexdump -C`` writes them; ``ValueError`` if it is negative."""
    look = "margin:4px 0;overflow-x:auto;font-family:var(--jp-code-font-family,monospace)"
    return f'<pre style="{look}">{escape(hexdump(contents, start, WINDOW))}</pre>'


def in_words(contents: Contents) -> str:
    """HTML: how large the block is, in bytes and pages of 4 KiB, and its runs."""
    size, count = say_exactly(len(contents)), f"{len(contents):,} bytes"
    size += "" if size in ("1 byte", count) else f" ({count})"
    pages = -(-len(contents) // _PAGE)
    many = "" if pages == 1 else f" in {pages:,} pages of 4 KiB"
    return f"{size}{many}: {escape(str(contents))}"


def _runs(contents: Contents) -> list[tuple[int, Cell, str]]:
    """Length, byte and label of what the strip shows: the first runs, and the rest as one."""
    shown = list(islice(spans(contents, 0, len(contents)), _SHOWN))
    rest = len(contents) - sum(shown[-1][:2])
    runs = [(length, byte, f"{length:,} x {_byte(byte)}") for _, length, byte in shown]
    return runs if not rest else [*runs, (rest, None, "… and more")]


def _byte(byte: Cell) -> str:
    return "??" if byte is None else byte_in_words(byte)


def _segment(length: int, byte: Cell, label: str, size: int) -> str:
    shown = escape(label) if length >= _LABELLED * size else ""
    return (
        f'<div style="flex:{length} 1 0;min-width:1px;min-height:1.4em;border-right:1px solid #777;overflow:hidden;'
        f'padding:3px 0;text-indent:5px;color:#111;{_look(byte)}">{shown}</div>'
    )


def _look(byte: Cell) -> str:
    """Zeros are white with stripes, every other byte has a pale colour of its own; the label says which it is."""
    fill = f"background-color:{MIXED if byte is None else colour(byte)};"
    return fill + (_STRIPES if byte == 0 else "")


def _parts(size: int) -> list[tuple[int, str]]:
    """Length and name of at most eight equal parts (the last may be shorter): pages, or offsets within one."""
    unit = _PAGE if size > _PAGE else 1
    while size > unit * _PARTS:
        unit *= 2
    return [(min(unit, size - start), _name(start, unit, size)) for start in range(0, size, unit)]


def _name(start: int, unit: int, size: int) -> str:
    if size <= _PAGE:
        return f"offset {start}" if start == 0 else f"{start:,}"
    first, last = start // _PAGE + 1, min(start + unit, size + _PAGE - 1) // _PAGE
    return f"page {first:,}" if first == last else f"pages {first:,}–{last:,}"


def _part(length: int, name: str, size: int) -> str:
    shown = name if length >= _LETTER * len(name) * size else ""
    return (
        f'<div style="flex:{length} 1 0;min-width:1px;min-height:1.2em;border-left:1px solid;overflow:hidden;'
        f'text-indent:3px">{shown}</div>'
    )
