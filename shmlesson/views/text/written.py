"""A write into a pair's block in words, made from what both processes reported, never from the request alone."""

from __future__ import annotations

from collections.abc import Mapping

from ...memory.contents import Contents, byte_in_words
from .cells import Cell, cells

Looks = Mapping[str, Contents]  # what each saw, by role

OTHER = {"parent": "child", "child": "parent"}


def written(who: str, offset: int, data: bytes, before: Looks, now: Looks) -> str:
    """One sentence: who wrote what, and what the other process sees there now."""
    own = cells(now[who], offset, len(data))
    if own != [*data]:
        return f"The {who} was to write {_text(data)} {_place(offset, data)}, and sees {_seen(own)} there."
    other = OTHER[who]
    old, new = (cells(looks[other], offset, len(data)) for looks in (before, now))
    return f"The {who} wrote {_text(data)} {_place(offset, data)}; the {other} {_sees(data, old, new)}."


def _sees(data: bytes, old: list[Cell], new: list[Cell]) -> str:
    if new == [*data]:
        return "sees the same there, as before" if new == old else "sees it"
    return f"still sees {_seen(new)} there" if new == old else f"sees {_seen(new)} there"


def both_see(looks: Looks) -> str:
    """What the two see, as the rest of a sentence."""
    parent, child = looks["parent"], looks["child"]
    return f"both see {parent}" if parent == child else f"the parent sees {parent}, the child {child}"


def _place(offset: int, data: bytes) -> str:
    return f"at offset {offset}" if len(data) == 1 else f"at offset {offset} to {offset + len(data) - 1}"


def _text(data: bytes) -> str:
    """``'abc'``, or in hex where a byte is no printable ASCII."""
    return repr(data.decode("ascii")) if all(0x20 <= byte <= 0x7E for byte in data) else data.hex(" ")


def _seen(window: list[Cell]) -> str:
    known = bytes(byte for byte in window if byte is not None)
    if len(known) == 1:
        return byte_in_words(known[0])
    if len(set(known)) == 1:
        return str(Contents.uniform(len(known), known[0]))
    return _text(known)
