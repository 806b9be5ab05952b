"""What a process can report: the kinds of events, and what each of them says. Anything else is no report of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .contents import Contents
from .errors import BadMessage

_NAME = re.compile(r"parent|child [0-9]+(\.[0-9]+)*")
_NUMBER = (int, float)
_MAYBE = type(None)
_ENVELOPE = {"process": str, "pid": int, "time": int}
_FIELDS: dict[str, dict[str, Any]] = {
    "born": {"ppid": int, "returned": (int, _MAYBE)},
    "maps": {"size": int, "memory": str},
    "views": {"block": str},
    "sees": {"contents": list},
    "writes": {"contents": list},
    "forks": {"child": str, "returned": int},
    "sleeps": {"seconds": _NUMBER},
    "waits": {"at": str},
    "tells": {"at": str},
    "hears": {"at": str, "name": str},
    "makes": {"at": str, "name": str},
    "signals": {"pid": int, "signal": int},
    "changes": {"names": list},
    "quiet": {},
    "untold": {"count": int},
    "stuck": {},
    "collects": {"pid": int, "ended": int},
    "prints": {"text": str, "stream": str},
    "reaps": {"pid": int, "ended": int},
    "limit": {"processes": int},
    "ends": {"code": int},
    "fails": {"error": str},
    "trials": {"seen": list},
    "looks up": {"step": str, "line": str, "numbers": dict},
    "measures": {"tool": str, "size": int, "seconds": _NUMBER},
    "explored": {"outcomes": list, "orders": int, "complete": bool, "unseen": bool},
}
_OUTCOME = {**dict.fromkeys(("place", "count", "order"), int), **dict.fromkeys(("printed", "held", "ended"), dict)}
_MAY_SAY = {
    **dict.fromkeys(("line", "offset", "count", "times"), int),
    **dict.fromkeys(("block", "name", "how", "via", "pending"), str),
    "inner": bool,
}


def check_report(report: Mapping[str, Any]) -> None:
    """Raise ``BadMessage`` unless ``report`` is one that a process of a run can make: a program can write anything."""
    kind, detail = report.get("kind"), report.get("detail")
    if not isinstance(kind, str) or kind not in _FIELDS or not isinstance(detail, dict):
        raise BadMessage(f"a report of no known kind: {_start(report)}")
    may_say = {field: _MAY_SAY[field] for field in detail.keys() & _MAY_SAY.keys()}
    if not _fits(report, _ENVELOPE) or not _fits(detail, {**may_say, **_FIELDS[kind]}):
        raise BadMessage(f"a report that does not say what it must: {_start(report)}")
    for name in {report["process"], detail.get("child", "parent")} - {"parent", "child 1"}:
        if not _NAME.fullmatch(name):
            raise BadMessage(f"a report by nobody in the run: {_start(report)}")
    if "contents" in detail:
        _check_contents(detail["contents"])
    if kind == "makes" and not isinstance(detail.get("value", 0), int):
        raise BadMessage(f"a report of something made with no number: {_start(report)}")
    for outcome in detail["outcomes"] if kind == "explored" else ():
        _check_outcome(outcome)


def _check_outcome(outcome: Any) -> None:
    if not isinstance(outcome, dict) or not _fits(outcome, _OUTCOME):
        raise BadMessage(f"a report of an outcome that is none: {_start(outcome)}")
    printed = all(isinstance(text, str) for text in outcome["printed"].values())
    if not printed or not all(isinstance(how, (str, int, _MAYBE)) for how in outcome["ended"].values()):
        raise BadMessage(f"a report of an outcome without words: {_start(outcome)}")
    for contents in outcome["held"].values():
        _check_contents(contents)


def _fits(said: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    return fields.keys() <= said.keys() and all(map(isinstance, map(said.get, fields), fields.values()))


def _check_contents(numbers: list[Any]) -> None:
    try:
        whole = isinstance(numbers, list) and all(isinstance(number, int) and number >= 0 for number in numbers)
        fits = whole and all(byte <= 0xFF for _, _, byte in Contents.from_wire(numbers).runs)
    except ValueError:
        fits = False
    if not fits:
        raise BadMessage(f"a report of contents that no block can have: {_start(numbers)}")


def _start(said: object) -> str:
    return repr(said)[:60]
