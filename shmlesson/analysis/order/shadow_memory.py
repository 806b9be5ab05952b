"""Shadow memory: for each byte of a block the value that its writes left there, and which write it came from.

That there is a copy of the memory beside it, which says of each byte what the memory itself cannot, is the idea of
shadow memory (Nethercote and Seward, How to shadow every byte of memory used by a program, VEE 2007). The bytes are
kept as pieces, so a GiB that was filled costs as much as a byte. The invariant: the pieces cover the block from 0 to
its size in order, without a gap and without an overlap.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import groupby
from operator import itemgetter

from ...memory.contents import MOST_RUNS, Contents

# From where, to where, which byte (None: not known), from which write (None: from none that changed it).
Piece = tuple[int, int, int | None, int | None]


class ShadowMemory:
    """The bytes of one block of ``size`` bytes, zeros at first; ``copied`` is one as it was when a fork copied it."""

    def __init__(self, size: int, copied: ShadowMemory | None = None) -> None:
        self._size = size
        self._pieces: list[Piece] = list(copied._pieces) if copied else [(0, size, 0, None)]

    def write(self, offset: int, contents: Contents, row: int | None) -> None:
        """Put ``contents`` at ``offset``; bytes that the write in ``row`` left as they always were are not from it."""
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
        """The row of the last write that a read of these bytes shows; None if it shows none, or something else."""
        rows = []
        for first, last, byte in _runs(offset, contents):
            for _, _, held, row in self._between(first, last):
                if None not in (held, byte) and held != byte:
                    return None
                rows.append(row)
        return max((row for row in rows if row is not None), default=None)

    def contents(self) -> Contents:
        """All of it; capped where it is not known any more, or has too many runs."""
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
    """From where, to where, which byte: all of ``contents``, with None for bytes that it does not have."""
    runs: list[tuple[int, int, int | None]] = [(offset + at, offset + at + n, byte) for at, n, byte in contents.runs]
    known, end = (runs[-1][1] if runs else offset), offset + len(contents)
    return runs if known == end else [*runs, (known, end, None)]
