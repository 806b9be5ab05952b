"""Queues of ``multiprocessing``: what a program does with one, told as if it were a thing of its own.

A ``Queue`` is a pipe with two locks and a semaphore, and a thread that writes what was put; a ``SimpleQueue`` is the
same without the last two. All of that is reported as a library's own, and no story shows it. Here the events that are
the learner's ``put`` and ``get`` stand as a send and a receive at ``queue 1``, and a wait of theirs as a wait there.

A ``put`` is the first thing that it takes: the semaphore, or the lock for writers; so it comes before the ``get`` of
the same item in the reports, too. A ``get`` is the last thing that it gives back. Which pipes are those of queues the
text says: the line that made them calls something whose name ends with ``Queue``. (A pool has such pipes for itself.)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...trace.event import Event
from ...trace.trace import Trace
from ...wire.kinds import Edge

_CALL = re.compile(r"\b\w*Queue\(")
_LOCKS = 2


@dataclass(slots=True)
class _Queue:
    """The names of what a queue is made of; the semaphore is missing in a ``SimpleQueue``."""

    name: str
    pipe: str
    locks: list[str]  # for who reads, and for who writes
    semaphore: str = ""

    def add(self, at: str, name: str) -> None:
        """This was made behind its pipe, in the same line."""
        if at == "lock" and len(self.locks) < _LOCKS:
            self.locks.append(name)
        elif at == "semaphore" and not self.semaphore:
            self.semaphore = name

    @property
    def put(self) -> str:
        """What is taken first by who puts something in."""
        return self.semaphore or self.locks[-1]

    @property
    def got(self) -> str:
        """What is given back last by who has got something."""
        return self.semaphore or self.locks[0]


def with_queues(run: Trace) -> tuple[Event, ...]:
    """The events of ``run``, with what was done to queues told so; the same events where there is none."""
    if not _CALL.search(run.source):
        return run.events
    queues = _queues(run)
    parts = {part: queue for queue in queues for part in (queue.pipe, *queue.locks, queue.semaphore) if part}
    sums = _sums(run, {queue.pipe: queue for queue in queues})
    return tuple(_told(event, parts.get(event.detail.get("name", "")), sums) for event in run.events)


def _queues(run: Trace) -> list[_Queue]:
    """Each queue: its pipe is made first, then its locks, then its semaphore, all in one line."""
    lines = run.source.splitlines()
    found: list[_Queue] = []
    latest: dict[tuple[str, int | None], _Queue] = {}
    for event in run.events:
        if event.edge != Edge.MAKE or not event.detail.get("inner"):
            continue
        at, name, line = event.detail["at"], event.detail["name"], event.detail.get("line")
        if at == "pipe" and line is not None and 0 < line <= len(lines) and _CALL.search(lines[line - 1]):
            found.append(_Queue(f"queue {len(found) + 1}", name, []))
            latest[event.process, line] = found[-1]
        elif queue := latest.get((event.process, line)):
            queue.add(at, name)
    return [queue for queue in found if len(queue.locks) == _LOCKS]


def _told(event: Event, queue: _Queue | None, sums: Mapping[int, int]) -> Event:
    """The event, if it is none of a ``put`` or a ``get``; else what it is to the learner."""
    kind = _kind(event, queue) if queue else ""
    if queue is None or not kind:
        return event
    detail: dict[str, object] = {"at": "pipe", "name": queue.name, "line": event.detail.get("line")}
    detail |= {"sum": sums[id(event)]} if id(event) in sums else {}
    return replace(event, kind=kind, detail=detail)


def _kind(event: Event, queue: _Queue) -> str:
    """What it is to the learner, as a kind of event; empty where it goes without saying."""
    name = event.detail["name"]
    if event.kind == "makes" and name == queue.pipe:
        return "makes"
    if "line" not in event.detail:
        return ""  # its thread, which writes what was put
    if event.kind == "waits":
        return "waits"
    is_put, is_got = (event.kind, name) == ("acquires", queue.put), (event.kind, name) == ("releases", queue.got)
    return "sends" if is_put else "receives" if is_got else ""


def _sums(run: Trace, queues: Mapping[str, _Queue]) -> dict[int, int]:
    """The checksum of what was put or got, by the identity of the event that stands for that; where it is clear.

    It is where a process has done so as often as its writes into the pipe, or its reads, have a checksum.
    """
    acts: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    known: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    parts = {part: queue for queue in queues.values() for part in (queue.put, queue.got)}
    for event in run.events:
        name = event.detail.get("name", "")
        if name in queues and event.kind in ("sends", "receives"):
            known[event.process, event.kind, queues[name].name].append(event.detail.get("sum", 0))
        elif name in parts and (kind := _kind(event, parts[name])) in ("sends", "receives"):
            acts[event.process, kind, parts[name].name].append(id(event))
    pairs = ((acts[key], sums) for key, sums in known.items() if len(acts[key]) == len(sums) and all(sums))
    return {act: sum_ for acts_, sums in pairs for act, sum_ in zip(acts_, sums, strict=True)}
