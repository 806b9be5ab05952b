"""What can be asked for: of a lesson its size, fill byte, writer and wait; of a pair a block and a write; as calls."""

from __future__ import annotations

import math
import numbers
from typing import Any

from ..memory.available import room_for
from ..memory.block import MEMORY
from ..memory.sizes import check_fill, check_size, say_size, shown, whole

MAPPINGS = ("shared", "private")  # the kinds of memory that mmap(2) gives
WAITS = ("none", "sleep", "wait", "pipe", "semaphore")
MADE = ("before", "after")
WRITERS = ROLES = ("parent", "child")
_WAIT = {"share": "pipe", "trials": "none"}  # how the reader waits unless one says so
_LONGEST = 1_000_000  # seconds, eleven days
_LARGEST = 256  # bytes of a pair's block: a report gives the contents of so many exactly


def check_settings(
    size: object,
    fill: object,
    wait: object,
    seconds: object,
    memory: object,
    made: object,
    writer: object,
    timeout: float,
) -> dict[str, Any]:
    """The settings of one lesson, each what it must be and all together possible here; else as ``share`` raises."""
    settings: dict[str, Any] = {
        "size": check_size(size),
        "fill": check_fill(fill),
        "wait": check_choice("wait", wait, WAITS),
        "memory": check_choice("memory", memory, MEMORY),
        "made": check_choice("made", made, MADE),
        "writer": check_choice("writer", writer, WRITERS),
    }
    settings["seconds"] = _check_seconds(seconds, settings["wait"], timeout)
    if wait == "wait" and writer != "child":
        raise ValueError(
            "wait='wait' needs writer='child', since only a parent can wait for a child, got writer='parent'"
        )
    room_for(settings["size"], copies=1 if memory == "shared" and made == "before" else 2)
    return settings


def call_of(function: str, settings: dict[str, Any], *first: object) -> str:
    """The call of ``function`` that these settings stand for, without what is the default."""
    fill = settings["fill"]
    words = [*map(str, first), str(settings["size"]), repr(chr(fill)) if 0x20 <= fill <= 0x7E else str(fill)]
    defaults = {"wait": _WAIT[function], "memory": "shared", "made": "before", "writer": "parent"}
    words += [f"{name}={settings[name]!r}" for name, usual in defaults.items() if settings[name] != usual]
    if settings["wait"] == "sleep":
        words.append(f"seconds={settings['seconds']}")
    return f"{function}({', '.join(words)})"


def block_call(function: str, size: int, memory: str) -> str:
    """The call of a ``function`` that takes a block's size and kind of memory alone, without what is the default."""
    return f"{function}({size}{'' if memory == 'shared' else f', memory={memory!r}'})"


def check_block(size: object, memory: object) -> tuple[int, str]:
    """Size and mapping, if a pair can have such a block; ``TypeError`` or ``ValueError`` if not."""
    number = check_size(size)
    if number > _LARGEST:
        raise ValueError(f"size must be at most {_LARGEST} bytes here, so that each can be shown, got {shown(number)}")
    return number, check_choice("memory", memory, MAPPINGS)


def check_write(who: object, offset: object, data: object, size: int) -> tuple[str, int, bytes]:
    """Role, offset and bytes of a write into a block of ``size`` bytes; ``TypeError`` or ``ValueError`` if it is none.

    ``data`` may be ASCII text.
    """
    role, start, written = check_choice("who", who, ROLES), _offset(offset, size), _bytes(data)
    if len(written) > size - start:
        raise ValueError(f"data must be at most {say_size(size - start)} from offset {start} on, got {len(written)}")
    return role, start, written


def check_choice(name: str, value: object, allowed: tuple[str, ...]) -> str:
    """``value`` itself, if it is one of those ``allowed``; ``TypeError`` or ``ValueError`` if not."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be one of {', '.join(map(repr, allowed))}, got {shown(value)}")
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, got {shown(value)}")
    return value


def check_timeout(timeout: object) -> None:
    """Raise unless ``timeout`` is a number of seconds greater than 0 and no more than poll(2) can wait."""
    allowed = f"timeout must be a number of seconds greater than 0 and at most {_LONGEST}"
    if not _is_number(timeout):
        raise TypeError(f"{allowed}, got {shown(timeout)}")
    if not 0 < timeout <= _LONGEST:  # type: ignore[operator]
        raise ValueError(f"{allowed}, got {shown(timeout)}")


def check_count(name: str, count: object, most: float = math.inf, least: int = 1) -> int:
    """``count`` itself, if it is a whole number from ``least`` to ``most``; ``TypeError`` or ``ValueError`` if not."""
    allowed = f"{name} must be a whole number from {least} {'on' if most == math.inf else f'to {most}'}"
    if isinstance(count, bool) or not isinstance(count, int):
        raise TypeError(f"{allowed}, got {shown(count)}")
    if not least <= count <= most:
        raise ValueError(f"{allowed}, got {shown(count)}")
    return count


def _check_seconds(seconds: object, wait: str, timeout: float) -> float:
    if seconds is None:
        return 0.1 if wait == "sleep" else 0.0
    allowed = f"seconds must be a number from 0 to less than the timeout of {timeout:g}"
    if not _is_number(seconds):
        raise TypeError(f"{allowed}, got {shown(seconds)}")
    if wait != "sleep":
        raise ValueError(f"seconds is the length of a sleep, so it needs wait='sleep', got wait={wait!r}")
    if not 0 <= seconds < timeout:  # type: ignore[operator]
        raise ValueError(f"{allowed}, got {shown(seconds)}")
    return float(seconds)  # type: ignore[arg-type]


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


def _is_number(value: object) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)
