"""What a block holds, as far as its writes tell: for each byte its value, and which write it came from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import groupby
from operator import itemgetter

from ...memory.contents import MOST_RUNS, Contents

# From where, to where, which byte (None: nobody told), from which write (None: from none that changed it).
Piece = tuple[int, int, int | None, int | None]


class ShadowMemory:
    """The bytes of one block of ``size`` bytes, zeros at first; ``copied`` is one as it was when a fork copied it."""

    def __init__(self, size: int, copied: ShadowMemory | None = None) -> None:
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
        there = self._around(offset, end)
        edges = self._pieces[there]
        self._pieces[there] = [*_cut(edges, 0, offset), *now, *_cut(edges, end, self._size)]

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
        known: list[tuple[int, int, int]] = []
        capped = False
        for byte, group in groupby(self._pieces, key=itemgetter(2)):
            if byte is None or len(known) == MOST_RUNS:
                capped = True
            if len(known) == MOST_RUNS:
                break  # however many more there are
            if byte is not None:
                start, *_, end = [place for first, last, *_ in group for place in (first, last)]
                known.append((start, end - start, byte))
        return Contents(self._size, known, capped)

    def _between(self, first: int, last: int) -> list[Piece]:
        """The pieces from ``first`` to before ``last``, cut where they reach beyond."""
        return _cut(self._pieces[self._around(first, last)], first, last)

    def _around(self, first: int, last: int) -> slice:
        """Where the pieces are that have bytes from ``first`` to before ``last``: the others need not be looked at."""
        begin = bisect_right(self._pieces, first, key=itemgetter(0)) - 1
        return slice(max(0, begin), bisect_left(self._pieces, last, key=itemgetter(0)))


def _cut(pieces: list[Piece], first: int, last: int) -> list[Piece]:
    cut = [(max(start, first), min(stop, last), byte, row) for start, stop, byte, row in pieces]
    return [piece for piece in cut if piece[0] < piece[1]]


def _runs(offset: int, contents: Contents) -> list[tuple[int, int, int | None]]:
    """From where, to where, which byte: all of ``contents``, with None for what it does not tell."""
    runs: list[tuple[int, int, int | None]] = [(offset + at, offset + at + n, byte) for at, n, byte in contents.runs]
    told, end = (runs[-1][1] if runs else offset), offset + len(contents)
    return runs if told == end else [*runs, (told, end, None)]
