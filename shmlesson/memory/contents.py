"""What a block holds, as runs of equal bytes: exact while they are few, capped and marked when they are many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

MOST_RUNS = 256  # so that every block of up to 256 bytes is exact, and a report stays small
_SHOWN_RUNS = 16
_TEXT = 40  # bytes: more of a text is told as runs
_WRITTEN_SHORT = dict.fromkeys(map(ord, "\t\n\r"))  # as \t and so on


class Contents:
    """What one process saw in a block (a frozen value).

    ``runs`` is a tuple of ``(offset, length, byte)``, offset and length in bytes. ``len()`` is the block's size in
    bytes. When ``capped``, the runs are only the block's first ``MOST_RUNS``.
    """

    __slots__ = ("_runs", "_size", "_wire", "capped")

    capped: bool
    _size: int
    _runs: tuple[tuple[int, int, int], ...] | None
    _wire: Sequence[int]

    def __init__(self, size: int, runs: Sequence[tuple[int, int, int]], capped: bool = False) -> None:
        object.__setattr__(self, "_size", size)
        object.__setattr__(self, "_runs", tuple(runs))
        object.__setattr__(self, "capped", capped)

    @classmethod
    def uniform(cls, size: int, byte: int) -> Contents:
        """The contents of ``size`` bytes that all equal ``byte``."""
        return cls(size, [(0, size, byte)])

    @property
    def is_zero(self) -> bool:
        """Whether every byte is 0."""
        return self.runs == ((0, self._size, 0),)

    def to_wire(self) -> list[int]:
        """Size, capped, then length and byte of each run: plain numbers for a report."""
        return [self._size, int(self.capped), *(n for _, length, byte in self.runs for n in (length, byte))]

    @classmethod
    def from_wire(cls, numbers: Sequence[int]) -> Contents:
        """The contents that ``to_wire`` described."""
        size, capped, *rest = numbers
        if len(rest) % 2:
            raise ValueError(f"contents have a length without its byte: {len(rest)} numbers")
        contents = cls(size, (), bool(capped))
        # Of thousands of reads and writes, few are ever looked into: as numbers they take a tenth of the memory.
        object.__setattr__(contents, "_runs", None)
        object.__setattr__(contents, "_wire", rest)
        return contents

    @property
    def runs(self) -> tuple[tuple[int, int, int], ...]:
        if self._runs is None:
            lengths, bytes_ = self._wire[::2], self._wire[1::2]
            offsets = accumulate(lengths[:-1], initial=0) if lengths else ()
            object.__setattr__(self, "_runs", tuple(zip(offsets, lengths, bytes_, strict=True)))
        assert self._runs is not None
        return self._runs

    def __len__(self) -> int:
        return self._size

    def __str__(self) -> str:
        shown = [f"{length:,} x {byte_in_words(byte)}" for _, length, byte in self.runs[:_SHOWN_RUNS]]
        hidden = len(self.runs) - len(shown)
        if self.capped:
            shown.append(f"and so on: more than {len(self.runs)} runs in {self._size:,} bytes")
        elif hidden:
            shown.append(f"and {hidden} more runs")
        return ", ".join(shown)

    def __repr__(self) -> str:
        return f"<Contents: {self}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Contents):
            return NotImplemented
        return self.to_wire() == other.to_wire()

    def __hash__(self) -> int:
        return hash((self._size, self.runs, self.capped))

    def __reduce__(self) -> tuple[type[Contents], tuple[object, ...]]:
        return Contents, (self._size, self.runs, self.capped)  # copy and pickle would set attributes otherwise

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Contents are frozen: cannot set {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Contents are frozen: cannot delete {name}")


def joined(parts: Sequence[Contents]) -> Contents:
    """The contents of parts that lie one behind the other."""
    runs: list[tuple[int, int, int]] = []
    size = 0
    capped = False
    for part in parts:
        more = () if capped else part.runs  # behind a part that is not known, nothing is known
        if runs and more and runs[-1][2] == more[0][2]:
            start, before, byte = runs.pop()
            runs.append((start, before + more[0][1], byte))
            more = more[1:]
        runs += [(size + offset, length, byte) for offset, length, byte in more] if size else more
        size += len(part)
        capped = capped or part.capped or len(runs) > MOST_RUNS
    return Contents(size, runs[:MOST_RUNS], capped)


def in_words(contents: Contents) -> str:
    """As Python writes bytes, where they are a short text, perhaps with zeros behind it; else as runs."""
    *first, last = contents.runs or ((0, 0, 0),)
    if text := _short_text([*first, last]):
        return f"b{text!r}"
    text = _short_text(first) if last[2] == 0 and not contents.capped else ""
    return f"b{text!r}, {last[1]:,} x 00" if text else str(contents)


def _short_text(runs: Sequence[tuple[int, int, int]]) -> str:
    """The text that the runs are; empty where they are long, or not a text, or one character again and again."""
    if len(runs) < 2 or sum(length for _, length, _ in runs) > _TEXT:
        return ""
    text = "".join(chr(byte) * length for _, length, byte in runs)
    return text if text.isascii() and text.translate(_WRITTEN_SHORT).isprintable() else ""


def byte_in_words(byte: int) -> str:
    """``61 'a'``: the byte in hex, and its character where ASCII has one to show."""
    return f"{byte:02x} {chr(byte)!r}" if 0x20 <= byte <= 0x7E else f"{byte:02x}"
