"""What a program does to its blocks, pipes and locks, in words: the rest of a sentence that begins with a role."""

from __future__ import annotations

from collections.abc import Callable

from ...memory.contents import Contents
from ...trace.event import Event
from .naming import Naming


def act(event: Event, names: Naming) -> str:
    """The words for what was done to a thing that has a name in the run; empty if ``event`` names none."""
    say = _ACTS.get(event.kind) if "name" in event.detail or "block" in event.detail else None
    return say(event, names) if say else ""


def _maps(event: Event, names: Naming) -> str:
    size = "1 byte" if event.detail["size"] == 1 else f"{event.detail['size']} bytes"
    memory = {"named": "shared by its name", "value": "shared"}.get(event.detail["memory"], event.detail["memory"])
    what = f"{names.block(event)}: " if names.several(event) else ""
    return f"maps {what}{size}{', ' + memory if memory else ''}"


def _reads(event: Event, names: Naming) -> str:
    return _number("reads", "from", event, names) or f"sees {_bytes_of(event)}{_where(event, names, 'in')}{_how(event)}"


def _writes(event: Event, names: Naming) -> str:
    if number := _number("writes", "into", event, names):
        return number
    return f"writes {_bytes_of(event)}{_where(event, names, 'into')}{_how(event)}"


def _number(verb: str, into: str, event: Event, names: Naming) -> str:
    """For a Value, or a place of an Array, the number in it; else empty."""
    if "value" not in event.detail:
        return ""
    place = "" if names.whole(event) else f" at offset {event.detail['offset']}"
    return f"{verb} {_cut(event.detail['value'])} {into} {names.block(event)}{place}{_how(event)}"


def _cut(value: str) -> str:
    return value if len(value) <= _VALUE else f"{value[: _VALUE - 1]}…"


def _bytes_of(event: Event) -> str:
    """As Python writes them, if they are a short text; else as runs."""
    contents: Contents = event.detail["contents"]
    text = "".join(chr(byte) * length for _, length, byte in contents.runs) if len(contents) <= _TEXT else ""
    is_text = len(contents.runs) > 1 and text.isascii() and text.translate(_WRITTEN_SHORT).isprintable()
    return f"b{text!r}" if text and is_text else str(contents)


_TEXT, _VALUE = 40, 200  # bytes, and letters of a number or a list of them
_WRITTEN_SHORT = dict.fromkeys(map(ord, "\t\n\r"))  # as \t and so on


def _where(event: Event, names: Naming, into: str) -> str:
    if names.whole(event):
        return f" {into} {names.block(event)}" if names.several(event) else ""
    return f" at offset {event.detail['offset']}{' of ' + names.block(event) if names.several(event) else ''}"


def _how(event: Event) -> str:
    through = " through a view" if event.detail.get("via") == "view" else ""
    times = event.detail.get("times", 1)
    return through + (f", {times:,} times in a row" if times > 1 else "")


def _waits(event: Event, names: Naming) -> str:
    at, name = event.detail["at"], event.detail["name"]
    if at == "child":
        return f"waits for {'a child' if name == 'any child' else name}, and never comes back"
    return f"waits at {names.thing(name)}, and never comes back"


def _sends(event: Event, names: Naming) -> str:
    return f"writes {_bytes(event.detail.get('count'))}into {names.thing(event.detail['name'])}"


def _receives(event: Event, names: Naming) -> str:
    name, count = names.thing(event.detail["name"]), event.detail.get("count")
    return f"finds the end of {name}" if count == 0 else f"reads {_bytes(count)}from {name}"


def _releases(event: Event, names: Naming) -> str:
    return f"{_RELEASES.get(event.detail['at'], 'releases')} {names.thing(event.detail['name'])}"


def _acquires(event: Event, names: Naming) -> str:
    at, name = event.detail["at"], names.thing(event.detail["name"])
    return f"sees {name} set" if at == "event" else f"{_ACQUIRES.get(at, 'acquires')} {name}"


_RELEASES = {"event": "sets", "barrier": "arrives at", "condition": "notifies"}
_ACQUIRES = {"barrier": "passes", "condition": "is woken by"}


def _bytes(count: int | None) -> str:
    return "" if count is None else f"{count:,} byte{'' if count == 1 else 's'} "


_ACTS: dict[str, Callable[[Event, Naming], str]] = {
    "maps": _maps,
    "reads": _reads,
    "writes": _writes,
    "waits": _waits,
    "sends": _sends,
    "receives": _receives,
    "releases": _releases,
    "acquires": _acquires,
    "views": lambda event, names: f"takes a view of {names.block(event)}",
    "makes": lambda event, names: f"makes {_a(names.thing(event.detail['name']))}",
}


def _a(thing: str) -> str:
    noun = thing.removeprefix("the ")
    return thing if noun == thing else f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"
