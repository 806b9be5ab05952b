"""``progress`` and ``forget``: what was shown so far, in this session and in those before."""

from __future__ import annotations

import os
from pathlib import Path

from .achievement import Achievement, achievement
from .record_file import RecordFile, file_for
from .said import Said
from .store import STORE
from .words import WORDS, say


def _opened() -> RecordFile | None:
    """The file of the folder that the notebook is in, with what it has in the store; None where nothing is kept."""
    try:
        file = file_for(Path(os.getcwd()), STORE)
    except OSError:  # that folder has been deleted
        return None
    if file:
        file.open()
    return file


FILE = _opened()  # when the course is imported: later on, a cell may have gone to another folder


def progress() -> Achievement:
    """What was asked, answered, settled and checked so far, and what was shown by it, across sessions.

    It is kept in a file in a working copy of the notebooks, the one that `shmlesson lab` makes; elsewhere it is
    what this session knows.
    """
    return achievement(FILE.records() if FILE else STORE.records, _note())


def _note() -> str:
    if FILE is None:
        return WORDS["kept_nowhere"]
    return " ".join(filter(None, [FILE.trouble, say("kept", file=FILE.path.name)]))


def forget() -> Said:
    """Forget all that was asked, answered and checked, here and in the file."""
    STORE.forget()
    if FILE:
        FILE.forget()
    return Said(WORDS["forgotten"])
