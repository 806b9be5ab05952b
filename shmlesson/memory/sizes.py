"""Sizes in words: ``4 KiB`` read and written, and what counts as a size or a fill byte."""

from __future__ import annotations

import operator
import re
import string
from fractions import Fraction
from typing import SupportsIndex

_UNITS = {"": 1, "B": 1, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_LONGEST = 80  # characters of a value in a message
_WHOLE = r"[0-9]+(?:_[0-9]+)*|[0-9]{1,3}(?:,[0-9]{3})+"
_WRITTEN = re.compile(rf"((?:{_WHOLE})(?:\.[0-9]+)?(?:[eE]\+?[0-9]{{1,2}})?)\s*([A-Za-z]*)")


def check_size(size: object, what: str = "size") -> int:
    """``size`` itself, if it is a whole number of bytes from 1 on; ``TypeError`` or ``ValueError`` if not."""
    number = whole(size, f"{what} must be a whole number of bytes (an int), got {shown(size)}")
    if number < 1:
        raise ValueError(f"{what} must be at least 1 byte, got {shown(number)}")
    return number


def check_fill(fill: object) -> int:
    """The byte (0-255) that ``fill`` names: an int, or one ASCII character; ``TypeError`` or ``ValueError`` if none."""
    allowed = "fill must be one ASCII character or an int from 0 to 255"
    if isinstance(fill, str):
        if len(fill) != 1 or not fill.isascii():
            raise ValueError(f"{allowed}, got {shown(fill)}")
        return ord(fill)
    byte = whole(fill, f"{allowed}, got {shown(fill)}")
    if not 0 <= byte <= 255:
        raise ValueError(f"{allowed}, got {shown(byte)}")
    return byte


def shown(value: object) -> str:
    """``value`` as a message shows it: as Python writes it, on one line and cut short."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # a number with thousands of digits, or an object whose own way to say itself is broken
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def whole(value: object, complaint: str) -> int:
    """``value`` as an int if it is a whole number (numpy's too), but not a truth value; else ``TypeError``."""
    try:
        if isinstance(value, bool) or not isinstance(value, SupportsIndex):
            raise TypeError
        return operator.index(value)
    except TypeError:  # numpy's arrays claim to be an index, and only those of one number are
        raise TypeError(complaint) from None


def parse_size(text: str, what: str = "size") -> int:
    """Bytes from ``"100"``, ``"1e3"``, ``"1.5 KiB"`` or ``"100 MB"`` (a hundred million); ``ValueError`` for all else.

    What does not come out as whole bytes is refused, too.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if not match or match[2].upper() not in _UNITS:
        raise ValueError(f"{what} must be a number of bytes, or of KiB, MiB or GiB as in '4 KiB', got {shown(text)}")
    size = Fraction(match[1].replace(",", "").replace("_", "")) * _UNITS[match[2].upper()]
    if size.denominator != 1:
        raise ValueError(f"{what} must come out as whole bytes, got {shown(text)}, {float(size):.15g} bytes")
    return check_size(int(size), what)


def say_size(size: int) -> str:
    """``100 bytes``, ``4 KiB``, ``1.5 GiB``."""
    for unit in ("GiB", "MiB", "KiB"):
        whole = _UNITS[unit.upper()]
        if size >= whole:
            return f"{size / whole:.4g} {unit}"
    return "1 byte" if size == 1 else f"{size} bytes"


def say_exactly(size: int) -> str:
    """The same without rounding: ``64 MiB``, ``1.5 KiB``, and in bytes what is not so short, ``300,000 bytes``."""
    said = say_size(size)
    number, _, unit = said.partition(" ")
    if size == 1 or (unit != "bytes" and float(number) * _UNITS[unit.upper()] == size):
        return said
    return f"{size:,} bytes"


def parse_fill(text: str) -> int:
    """The byte from hex as in ``0x61``, or from two hex digits; ``ValueError`` for anything else."""
    digits = text.strip().lower().removeprefix("0x")
    if not 1 <= len(digits) <= 2 or any(digit not in string.hexdigits for digit in digits):
        raise ValueError(f"hex must be one or two hexadecimal digits, as in 61 or 0x61, got {shown(text)}")
    return int(digits, 16)
