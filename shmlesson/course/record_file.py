"""The file that keeps a learner's records from one session to the next, beside the notebooks of their working copy."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path
from typing import Any

from .store import WHAT, Record, Store
from .words import say

NAME = "shmlesson-progress.json"
MARK = ".originals.json"  # what `shmlesson lab` leaves in a working copy
_VERSION = 1
_PATIENCE = 2.0  # seconds for another notebook's kernel that writes just now
_PAUSE = 0.01
_TYPES: dict[str, Any] = {"what": str, "id": str, "value": str, "sure": (bool, type(None)), "at": (int, float)}


class RecordFile:
    """Keeps the records of a ``store`` in ``path``, which the kernels of several notebooks may write at the same time.

    Nothing here raises ``OSError``: a question can be answered where nothing can be written; ``trouble`` says so.
    """

    def __init__(self, path: Path, store: Store) -> None:
        self.path, self._store, self._unsaved = path, store, list[Record]()
        self._damaged, self._failed = "", ""

    @property
    def trouble(self) -> str:
        """Sentences on what went wrong: a file that was damaged, and what could not be read or written last."""
        return " ".join(filter(None, [self._damaged, self._failed]))

    def open(self) -> None:
        """Put what the file has into the store; from now on the file gets what the store gets."""
        with self._in_words():
            self._store.restore(self._read())
        self._store.subscribe(self._append)

    def records(self) -> list[Record]:
        """All records of all sessions, of other notebooks' kernels too; this session's where they cannot be read."""
        with self._in_words():
            return [*self._read(), *self._unsaved]
        return [*self._store.records]

    def forget(self) -> None:
        """Be empty. The kernels of other notebooks remember until they are restarted, and write no more of it."""
        self._unsaved.clear()
        with self._in_words(), _alone(self.path.parent):
            self._write([])

    def _append(self, record: Record) -> None:
        self._unsaved.append(record)
        with self._in_words(), _alone(self.path.parent):
            self._write([*self._read(), *self._unsaved])
            self._unsaved.clear()
            self._failed = ""

    def _read(self) -> list[Record]:
        """What the file has; nothing if there is none, or it is damaged. ``OSError`` if that cannot be said."""
        try:
            return records_in(json.loads(self.path.read_bytes()))
        except FileNotFoundError:
            pass
        except (ValueError, RecursionError):
            self._put_aside()
        return []

    def _put_aside(self) -> None:
        """Give a damaged file another name, which nothing has yet, and say so once."""
        numbers = chain([""], (f"-{number}" for number in count(2)))
        names = (self.path.with_name(f"{self.path.stem}-damaged{number}.json") for number in numbers)
        aside = next(name for name in names if not os.path.lexists(name))
        self.path.rename(aside)
        self._damaged = say("damaged", file=self.path.name, aside=aside.name)
        print(self._damaged, file=sys.stderr)

    def _write(self, records: list[Record]) -> None:
        """All of it or nothing: whoever reads finds the old file, or the new one."""
        half = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        content = {"version": _VERSION, "records": [record.to_json() for record in records]}
        try:
            half.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
            half.replace(self.path)
        finally:
            half.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._failed = say("not_kept", why=error.strerror or error)


def records_in(content: object) -> list[Record]:
    """The records in a file's content, as JSON has it; ``ValueError`` if it is not what we have written."""
    records = content.get("records") if isinstance(content, dict) and content.get("version") == _VERSION else None
    if not isinstance(records, list):
        raise ValueError
    return [_record(values) for values in records]


def _record(values: object) -> Record:
    if not isinstance(values, dict) or values.keys() != _TYPES.keys() or values["what"] not in WHAT:
        raise ValueError
    if not all(isinstance(values[name], of_type) for name, of_type in _TYPES.items()):
        raise ValueError
    return Record(**values)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep the kernels of other notebooks out; without a lock where there is none, or where it takes too long."""
    try:
        import fcntl

        descriptor = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):  # Windows has no such lock
        yield
        return
    try:
        deadline = time.monotonic() + _PATIENCE
        while not _locked(fcntl, descriptor) and time.monotonic() < deadline:
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


def _locked(fcntl: Any, descriptor: int) -> bool:
    """Whether the lock is ours now; of a file system that has no locks it is said that it is."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def file_for(folder: Path, store: Store) -> RecordFile | None:
    """The file in this folder, if it is a working copy, or has one already; elsewhere nothing is written."""
    path = folder / NAME
    return RecordFile(path, store) if path.exists() or (folder / MARK).exists() else None
