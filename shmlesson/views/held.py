"""What a block holds, as far as its writes tell: for each byte its value, and which write it came from."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ..contents import MOST_RUNS, Contents

# From where, to where, which byte (None: nobody told), from which write (None: from none that changed it).
Piece = tuple[int, int, int | None, int | None]


class Held:
    """The bytes of one block of ``size`` bytes, zeros at first; ``copied`` is one as it was when a fork copied it."""

    def __init__(self, size: int, copied: Held | None = None) -> None:
        self._size = size
        self._pieces: list[Piece] = list(copied._pieces) if copied else [(0, size, 0, None)]

    def write(self, offset: int, contents: Contents, row: int) -> None:
        """Put ``contents`` there; bytes that the write in ``row`` left as they had always been do not come from it."""
        now = [
            (start, stop, byte, row if earlier is not None or byte != before else None)
            for first, last, byte in _runs(offset, contents)
            for start, stop, before, earlier in self._between(first, last)
        ]
        end = offset + len(contents)
        self._pieces = [*self._between(0, offset), *now, *self._between(end, self._size)]

    def shows(self, offset: int, contents: Contents) -> int | None:
        """The row of the last write that a look at these bytes showed; None if it showed none, or something else."""
        rows = []
        for first, last, byte in _runs(offset, contents):
            for _, _, held, row in self._between(first, last):
                if None not in (held, byte) and held != byte:
                    return None
                rows.append(row)
        return max((row for row in rows if row is not None), default=None)

    def contents(self) -> Contents:
        """All of it; capped where it is not known any more, or too much to be told."""
        runs = [(group[0][0], group[-1][1] - group[0][0], byte) for byte, group in self._by_byte()]
        known = [(start, length, byte) for start, length, byte in runs if byte is not None]
        capped = len(known) < len(runs) or len(known) > MOST_RUNS
        return Contents(self._size, known[:MOST_RUNS], capped)

    def _by_byte(self) -> Iterator[tuple[int | None, list[Piece]]]:
        for byte, group in groupby(self._pieces, key=lambda piece: piece[2]):
            yield byte, list(group)

    def _between(self, first: int, last: int) -> list[Piece]:
        """The pieces from ``first`` to before ``last``, cut where they reach beyond."""
        cut = [(max(start, first), min(stop, last), byte, row) for start, stop, byte, row in self._pieces]
        return [piece for piece in cut if piece[0] < piece[1]]


def _runs(offset: int, contents: Contents) -> list[tuple[int, int, int | None]]:
    """From where, to where, which byte: all of ``contents``, with None for what it does not tell."""
    runs: list[tuple[int, int, int | None]] = [(offset + at, offset + at + n, byte) for at, n, byte in contents.runs]
    told, end = (runs[-1][1] if runs else offset), offset + len(contents)
    return runs if told == end else [*runs, (told, end, None)]
