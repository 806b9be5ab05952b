"""Checks of what a process reports: what ``kinds`` says that it can report. Anything else is no report of ours.

A program can write whatever it likes where reports are expected. So each field of each kind is checked, nothing else
may be there, and everything has a bound: what comes after ``check_report`` need not be careful.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from operator import lt
from reprlib import Repr as Brief
from typing import Any

from ..memory.contents import MOST_RUNS
from .errors import BadMessage
from .kinds import KINDS, Kind
from .roles import is_role, parent_of

HEAVIEST = 1 << 28  # bytes of memory that the reports of one run may take, more or less

Check = Callable[[Any], bool]
Fields = Mapping[str, Check]

_SIZE = (1 << 63) - 1  # bytes: no block has more
_HUGE = 10**4000  # what a program gives to a function of the system need not make sense, but must be readable
_NAME, _TEXT = 25_000, 1 << 24  # characters: of the name of a thing, with who made it; of what a process says of itself
_MOST_PLACES = 20_000
_MOST_NAMES, _MOST_TRIALS, _MOST_OUTCOMES, _MOST_ORDERS = 100_000, 10_000_000, 1000, 1_000_000
_MAPPED = re.compile(r"[0-9a-f]+-[0-9a-f]+ \S{4} [0-9a-f]+ \S+ [0-9]{1,18}( .*)?")  # a line of /proc/PID/maps


def _whole(least: int, most: int) -> Check:
    return lambda value: type(value) is int and least <= value <= most


def _text(most: int, least: int = 0) -> Check:
    return lambda value: type(value) is str and least <= len(value) <= most


def _one_of(*values: str) -> Check:
    return lambda value: type(value) is str and value in values


def _maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _list_of(check: Check, most: int) -> Check:
    return lambda value: type(value) is list and len(value) <= most and all(map(check, value))


def _dict_of(name: Check, check: Check, most: int) -> Check:
    return lambda value: (
        type(value) is dict and len(value) <= most and all(map(name, value)) and all(map(check, value.values()))
    )


def _is_flag(value: Any) -> bool:
    return type(value) is bool


def _is_object(value: Any) -> bool:
    return type(value) is dict


def _is_given(value: Any) -> bool:
    """Whether a program could have given this whole number to a function: True is one, too."""
    return isinstance(value, int) and -_HUGE <= value <= _HUGE


def _is_time(value: Any) -> bool:
    """Whether this can be a number of seconds; True is one."""
    return isinstance(value, int | float) and 0 <= value < 1 << 33


def _is_role(value: Any) -> bool:
    return _text(_NAME)(value) and is_role(value)


def _is_contents(numbers: Any) -> bool:
    """Whether these are a size, whether that is all, and runs of bytes that make it up; see ``Contents.to_wire``.

    There are none where it is only known which bytes were touched.
    """
    if type(numbers) is not list or not 2 <= len(numbers) <= 2 + 2 * MOST_RUNS or len(numbers) % 2:
        return False
    if set(map(type, numbers)) != {int}:
        return False
    size, capped, lengths, bytes_ = numbers[0], numbers[1], numbers[2::2], numbers[3::2]
    if min(lengths, default=1) < 1 or min(bytes_, default=0) < 0 or max(bytes_, default=0) > 0xFF:
        return False
    whole, cut = sum(lengths) == size, sum(lengths) < size <= _SIZE and len(lengths) in (0, MOST_RUNS)
    return size <= _SIZE and ((capped == 0 and whole) or (capped == 1 and cut))


def _is_ranges(numbers: Any) -> bool:
    """Whether these are ranges of bytes one behind the other: from where, up to where, and so on."""
    if type(numbers) is not list or not 2 <= len(numbers) <= _MOST_PLACES or len(numbers) % 2:
        return False
    return set(map(type, numbers)) == {int} and numbers[0] >= 0 and all(map(lt, numbers, numbers[1:]))


_pid, _ended, _count, _name, _said = (
    *(_whole(1, (1 << 31) - 1), _whole(-(1 << 31), (1 << 31) - 1), _whole(0, _SIZE)),
    *(_text(_NAME, 1), _text(_TEXT)),
)
_NUMBERS = ("Size", "Rss", "Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty")
_ENVELOPE: Fields = {"process": _is_role, "pid": _pid, "kind": _said, "time": _count, "detail": _is_object}
_OUTCOME: Fields = {
    "place": _whole(0, _MOST_OUTCOMES - 1),
    "count": _whole(0, _MOST_ORDERS),
    "order": lambda value: type(value) is int and 0 <= value <= _HUGE,  # a digit for each step
    "printed": _dict_of(_is_role, _text(100_000), 10_000),
    "held": _dict_of(_name, _is_contents, 10_000),
    "ended": _dict_of(_is_role, _maybe(lambda value: _ended(value) or _name(value)), 10_000),
}


def _is_outcome(value: Any) -> bool:
    return _is_object(value) and _fits(value, _OUTCOME, _OUTCOME)


def _is_mapped(value: Any) -> bool:
    return _text(1 << 14)(value) and _MAPPED.fullmatch(value) is not None


def _is_numbers(value: Any) -> bool:
    return _is_object(value) and value.keys() == set(_NUMBERS) and all(map(_count, value.values()))


# What a field must be, by the name that kinds.py has for its type; "at" depends on the kind, see _check_of.
_TYPES: Fields = {
    "pid": _pid,
    "some pid": _whole(0, (1 << 31) - 1),
    "some pid or none": _maybe(_whole(0, (1 << 31) - 1)),
    "status": _ended,
    "exit code": _whole(0, 255),
    "role": _is_role,
    "name": _name,
    "names": _list_of(_said, _MOST_NAMES),
    "text": _said,
    "pending": _text(200),
    "line": _whole(0, (1 << 31) - 1),
    "lines": _list_of(_whole(0, (1 << 31) - 1), _MOST_NAMES),
    "state": _one_of("waits", "partly", "goes on"),
    "flag": _is_flag,
    "size": _count,
    "count": _count,
    "times": _whole(1, _SIZE),
    "number": _is_given,
    "seconds": _is_time,
    "contents": _is_contents,
    "memory": _one_of("shared", "private", "bytearray", "named", "value", "file"),
    "ranges": _is_ranges,
    "via": _one_of("view"),
    "stream": _one_of("stdout", "stderr"),
    "how": _one_of("_exit", "sys.exit", "error", "end", "process"),
    "children": _one_of("ignored", "handled"),
    "codes": _list_of(_whole(0, 2), _MOST_TRIALS),
    "mapped": _is_mapped,
    "numbers": _is_numbers,
    "outcomes": _list_of(_is_outcome, _MOST_OUTCOMES),
    "schedules": _whole(0, _MOST_ORDERS),
}


@cache
def forms_of(kind: Kind) -> tuple[tuple[Fields, Fields], ...]:
    """What a report of this kind must say, and all that it may: a lesson's, where that says less, and a program's."""
    return tuple(_form(kind, fields) for fields in (kind.lesson, kind.fields) if fields is not None)


def _form(kind: Kind, fields: Mapping[str, str]) -> tuple[Fields, Fields]:
    may = {name.removesuffix("?"): _check_of(kind, sort) for name, sort in fields.items()}
    return {name: check for name, check in may.items() if name in fields}, may


def _check_of(kind: Kind, sort: str) -> Check:
    return _one_of(*kind.steps) if sort == "at" else _TYPES[sort]


def check_report(report: Mapping[str, Any]) -> None:
    """Raise ``BadMessage`` unless ``report`` is one that a process of a run can make: a program can write anything."""
    kind, detail = report.get("kind"), report.get("detail")
    if type(kind) is not str or kind not in KINDS or type(detail) is not dict:
        raise BadMessage(f"a report of no known kind: {_start(report)}")
    if not _fits(report, _ENVELOPE, _ENVELOPE):
        raise BadMessage(f"a report by nobody in the run, or of no moment: {_start(report)}")
    if not any(_fits(detail, must, may) for must, may in forms_of(KINDS[kind])):
        raise BadMessage(f"a report that does not say what it must, or says more: {_start(report)}")
    if kind == "forks" and parent_of(detail["child"]) != report["process"]:
        raise BadMessage(f"a report of a child that is another one's: {_start(report)}")
    if "block" in detail and "offset" in detail and detail["offset"] + detail["contents"][0] > _SIZE:
        raise BadMessage(f"a report of bytes that no block can have: {_start(report)}")
    if "ranges" in detail and [detail["ranges"][0], detail["ranges"][-1]] != [
        detail["offset"],
        detail["offset"] + detail["contents"][0],
    ]:
        raise BadMessage(f"a report of other bytes than those between its first and its last: {_start(report)}")


# What the fork server says, and what there may be with it.
_ANSWERS: Fields = {
    "ready": _pid,
    "leader": _pid,
    "event": _is_object,  # which is a report, and looked at as such
    "reports": _said,
    "ended": lambda value: _list_of(_is_given, 2)(value) and len(value) == 2 and _pid(value[0]) and _ended(value[1]),
    "output": _said,
    "stopping": _maybe(_count),
    "done": lambda value: _is_object(value) and _fits(value, {}, _DONE),
}
_DONE: Fields = {"dropped": _count, "truncated": _count, "failed": _maybe(_said), "bad": _maybe(_said)}


def check_answer(answer: Mapping[str, Any]) -> None:
    """Raise ``BadMessage`` unless ``answer`` is what the fork server says: one thing, beside a number or the like."""
    said = answer.keys() & _ANSWERS.keys()
    if len(said) != 1 or not all(_ANSWERS[name](answer[name]) for name in said):
        raise BadMessage(f"the fork server does not say so: {_start(answer)}")


def check_goes_on(before: Mapping[str, Any], report: Mapping[str, Any]) -> None:
    """Raise ``BadMessage`` unless a report of what was found in orders can come after the one ``before``."""
    if report["detail"]["orders"] < before["detail"]["orders"]:
        raise BadMessage(f"a report of fewer orders than there have been: {_start(report)}")


def check_weight(kept: int) -> None:
    """Raise ``BadMessage`` if this is more than the reports of one run may weigh."""
    if kept > HEAVIEST:
        raise BadMessage(f"the reports of this run are too many, or too long: more than {HEAVIEST >> 20} MiB")


def weight(report: Mapping[str, Any]) -> int:
    """About the bytes that a checked report takes in memory, without what was printed, which has a limit of its own."""
    return 1000 + sum(_weight(value) for name, value in report["detail"].items() if name != "text")


def _weight(value: Any) -> int:
    if isinstance(value, str):
        return 60 + len(value)
    if isinstance(value, dict):
        return 200 + sum(map(_weight, value)) + sum(map(_weight, value.values()))
    if isinstance(value, list):
        return 60 + 8 * len(value) + (sum(map(_weight, value)) if value and not isinstance(value[0], int) else 0)
    return 40


def _fits(said: Mapping[str, Any], must: Fields, may: Fields) -> bool:
    """Whether all is said that must be, nothing but what may be, and each of it as it must be."""
    return said.keys() >= must.keys() and said.keys() <= may.keys() and all(may[name](said[name]) for name in said)


def _start(said: object) -> str:
    """How it begins; whatever it is, and however long."""
    return Brief().repr(said)[:60]
