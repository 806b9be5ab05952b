"""What a pair that stays alive can be asked for: a size, a mapping, a write."""

from __future__ import annotations

from ..client.settings import MAPPINGS, check_choice
from ..memory.sizes import check_size, say_size, shown, whole

ROLES = ("parent", "child")
LARGEST = 256  # bytes: a report tells so many exactly


def check_block(size: object, memory: object) -> tuple[int, str]:
    """Size and mapping, if a pair can have such a block; ``TypeError`` or ``ValueError`` if not."""
    number = check_size(size)
    if number > LARGEST:
        raise ValueError(f"size must be at most {LARGEST} bytes here, so that each can be shown, got {shown(number)}")
    return number, check_choice("memory", memory, MAPPINGS)


def check_write(who: object, offset: object, data: object, size: int) -> tuple[str, int, bytes]:
    """Role, offset and bytes of a write into a block of ``size`` bytes; ``TypeError`` or ``ValueError`` if it is none.

    ``data`` may be ASCII text.
    """
    role, start, written = check_choice("who", who, ROLES), _offset(offset, size), _bytes(data)
    if len(written) > size - start:
        raise ValueError(f"data must be at most {say_size(size - start)} from offset {start} on, got {len(written)}")
    return role, start, written


def _offset(offset: object, size: int) -> int:
    start = whole(offset, f"offset must be a whole number of bytes (an int), got {shown(offset)}")
    if not 0 <= start < size:
        raise ValueError(f"offset must be from 0 to {size - 1} in this block, got {shown(start)}")
    return start


def _bytes(data: object) -> bytes:
    if not isinstance(data, str | bytes):
        raise TypeError(f"data must be bytes or a text (a str), got {shown(data)}")
    if not data:
        raise ValueError(f"data must be at least 1 byte, got {data!r}")
    if isinstance(data, str) and not data.isascii():
        raise ValueError(f"data must be ASCII, a byte for each character, got {shown(data)}")
    return data.encode("ascii") if isinstance(data, str) else data
