"""The bytes of contents one by one, from any offset, without going through those before it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from operator import itemgetter

from ...memory.contents import Contents

Cell = int | None  # None: contents that are capped do not know this byte


def cells(contents: Contents, start: int, length: int) -> list[Cell]:
    """The bytes from offset ``start`` on, ``length`` of them, or as many as there are."""
    return [byte for _, long, byte in spans(contents, start, length) for _ in range(long)]


def spans(contents: Contents, start: int, length: int) -> Iterator[tuple[int, int, Cell]]:
    """The runs ``(offset, length, byte)`` in this part of the contents, cut at its ends, unknown ones included."""
    end = min(start + length, len(contents))
    place = bisect_right(contents.runs, start, key=itemgetter(0)) - 1
    while start < end:
        stop, byte = _run_around(contents, place)
        if start < stop:
            yield start, min(stop, end) - start, byte
        start, place = max(start, stop), place + 1


def _run_around(contents: Contents, place: int) -> tuple[int, Cell]:
    """Where the run with this number ends, and its byte; behind the last known one all is one unknown run."""
    if place >= len(contents.runs):
        return len(contents), None
    offset, length, byte = contents.runs[place]
    return offset + length, byte
