"""Contents as ``hexdump -C`` writes them."""

from __future__ import annotations

from collections.abc import Iterator

from ...memory.contents import Contents
from .cells import Cell, cells, spans

_LINE = 16  # bytes


def hexdump(contents: Contents, start: int = 0, length: int | None = None) -> str:
    """What ``hexdump -C -s start -n length`` prints: 16 bytes a line, ``*`` for lines like the one before.

    ``??`` stands for bytes that capped contents do not know. ``ValueError`` for a start or length that is negative.
    """
    if start < 0 or (length is not None and length < 0):
        raise ValueError(f"start and length must not be negative, got {start} and {length}")
    end = len(contents) if length is None else min(start + length, len(contents))
    return "\n".join([*_lines(contents, start, end), f"{end:08x}"]) if start < end else ""


def _lines(contents: Contents, start: int, end: int) -> Iterator[str]:
    before: list[Cell] | None = None
    starred = False
    while start < end:
        line = cells(contents, start, min(_LINE, end - start))
        if line != before:
            yield _line(start, line)
        elif not starred:
            yield "*"
        starred, before = line == before, line
        start += _LINE if not starred else _LINE * _alike(contents, start, end)


def _alike(contents: Contents, start: int, end: int) -> int:
    """How many lines from ``start`` on lie whole in one run: however long it is, it need not be gone through."""
    _, length, _ = next(spans(contents, start, end - start))
    return max(1, length // _LINE)


def _line(offset: int, line: list[Cell]) -> str:
    hexes = ["??" if byte is None else f"{byte:02x}" for byte in line]
    halves = f"{' '.join(hexes[:8])}  {' '.join(hexes[8:])}"
    return f"{offset:08x}  {halves:<50}|{''.join(map(character, line))}|"


def character(byte: Cell) -> str:
    """The character that ASCII has for ``byte``, a dot where it has none to show."""
    if byte is None:
        return "?"
    return chr(byte) if 0x20 <= byte <= 0x7E else "."
