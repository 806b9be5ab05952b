"""Rules that look at a block: what it holds, how large it is on the kernel's map, what it takes of the memory."""

from __future__ import annotations

import mmap

from ...api.maps import Maps
from ...memory.block import look
from ...memory.contents import Contents
from ...memory.sizes import say_size
from .rule import CannotSettle, Found, Whens, of_type, option_for, rule


@rule("saw", "size")
def contents(evidence: object, whens: Whens) -> Found:
    """What a block holds, or what was seen in one: ``when`` is ``"zeros"`` or ``"something"``."""
    given = of_type(evidence, Contents, mmap.mmap, bytes, bytearray)
    try:
        saw = given if isinstance(given, Contents) else look(given)
    except ValueError:  # it is closed
        raise CannotSettle from None
    if not len(saw):
        raise CannotSettle
    return Found(option_for("zeros" if saw.is_zero else "something", whens), {"saw": saw, "size": len(saw)})


@rule("number")
def number(evidence: object, whens: Whens, least: int | None = None, most: int | None = None) -> Found:
    """A number: ``when`` is that number, a list of numbers, or a table of its ``least`` and ``most``."""
    given = of_type(evidence, int)
    if (least is not None and given < least) or (most is not None and given > most):
        raise CannotSettle
    ranges = {name: when for name, when in whens.items() if isinstance(when, dict)}
    within = (name for name, when in ranges.items() if when["least"] <= given <= when["most"])
    return Found(next(within, None) or option_for(given, whens), {"number": f"{given:,}"})


@rule("size", "page")
def on_the_map(evidence: object, whens: Whens) -> Found:
    """How many bytes a block takes up, or its line on the kernel's map: ``when`` is ``"pages"`` or ``"bytes"``."""
    given = of_type(evidence, str, int)
    size = given if isinstance(given, int) else _size_on(given)
    whole = size > 0 and size % mmap.PAGESIZE == 0
    if not whole and isinstance(given, int):  # a number of something else, such as ``len(block)``
        raise CannotSettle
    facts = {"size": f"{size:,}", "page": f"{mmap.PAGESIZE:,}"}
    return Found(option_for("pages" if whole else "bytes", whens), facts)


def _size_on(line: str) -> int:
    try:
        start, end = (int(address, 16) for address in line.split()[0].split("-"))
    except (ValueError, IndexError):
        raise CannotSettle from None
    return end - start


@rule("permissions")
def permissions(evidence: object, whens: Whens, memory: str) -> Found:
    """The letters of a block's line on the kernel's map: ``when`` is the last of them, ``"s"`` or ``"p"``."""
    words = of_type(evidence, str).split()
    if len(words) < 2 or len(words[1]) != 4 or words[1][3] != memory:
        raise CannotSettle
    return Found(option_for(words[1][3], whens), {"permissions": words[1]})


@rule("total", "size", "parent", "child")
def total_pss(evidence: object, whens: Whens, memory: str) -> Found:
    """What a block takes when both have filled it: ``when`` is how many times its size."""
    maps: Maps = of_type(evidence, Maps)
    if not maps.available or ("private" in maps.call) != (memory == "private"):
        raise CannotSettle
    last = maps.steps[-1]
    total, each = maps.total_pss(last), maps[last]
    facts = {"total": say_size(total), "size": say_size(maps.size)}
    facts |= {"parent": say_size(each["parent"].pss), "child": say_size(each["child 1"].pss)}
    return Found(option_for(round(total / maps.size), whens), facts)


@rule("parent", "child")
def panes(evidence: object, whens: Whens, memory: str) -> Found:
    """Whether both of a live pair see the same, once one has written: ``when`` is ``"same"`` or ``"different"``."""
    if getattr(evidence, "memory", None) != memory:
        raise CannotSettle
    seen = [_bytes(getattr(evidence, role, None)) for role in ("parent", "child")]
    if not any(map(any, seen)):
        raise CannotSettle
    same = "same" if seen[0] == seen[1] else "different"
    return Found(option_for(same, whens), dict(zip(("parent", "child"), seen, strict=True)))


def _bytes(saw: object) -> bytes:
    return b"".join(bytes([byte]) * length for _, length, byte in of_type(saw, Contents).runs)
