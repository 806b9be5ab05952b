"""Names of blocks that several processes map for themselves: the first one that does claims the name for all.

A file that is mapped, and memory with a name, is one block, whoever maps it, and when. Processes that map it after
their fork know nothing of each other, so each writes its claim at the end of a file that the run has for that, and the
first claim there holds: such writes are one after the other (``O_APPEND``, see open(2)). In an exploration a claim
takes a turn, so that in the same schedule the same process is the first; each schedule has claims of its own.
"""

from __future__ import annotations

import json
import os
import time
from os import close, getpid, open, read, write  # by name: a traced program replaces some of them

from .recorder import Recorder

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Iterator


class Claims:
    """What this process has claimed, or knows to be claimed."""

    def __init__(self, recorder: Recorder, path: str) -> None:
        self._recorder, self._path = recorder, path
        self._known: dict[str, str] = {}
        self._run = ""

    def name_of(self, key: str, sort: str) -> str:
        """The name of what has this key, the same in all processes; a new one is of this sort."""
        if key not in self._known:
            self._recorder.wait_for_turn("writes", "names", "block", 0, 1)
            with self._recorder.hold:
                self._known[key] = self._claim(key, sort)
        return self._known[key]

    def begins(self) -> None:
        """A process that was forked of no other is about to run a program."""
        self._run = f"{getpid()} {time.monotonic_ns()}"

    def _claim(self, key: str, sort: str) -> str:
        mine = self._recorder.next_name(sort)
        try:
            self._write([self._run, key, mine])
            first = next((name for run, other, name in self._all() if (run, other) == (self._run, key)), mine)
        except (OSError, ValueError):
            first = mine  # no descriptor, no room: it has that name in this process
        return self._recorder.name_for(sort) if first == mine else first

    def _write(self, claim: list[str]) -> None:
        fd = open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            write(fd, json.dumps(claim).encode() + b"\n")
        finally:
            close(fd)

    def _all(self) -> Iterator[list[str]]:
        fd = open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            whole = b"".join(iter(lambda: read(fd, 1 << 16), b""))
        finally:
            close(fd)
        return map(json.loads, whole.splitlines())
