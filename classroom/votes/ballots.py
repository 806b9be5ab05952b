"""The votes, in a file: one of each voter in each round, under a name that cannot be turned back into a person's.

A question that was opened has a key of its own, and a voter is what a keyed hash makes of a person's name, so that
voting twice counts once, also after a restart. When the question is closed its key is deleted, and overwritten in the
file: from then on nobody can say who a voter was, nor whether the voters of two questions are the same.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 2

_TABLES = """
CREATE TABLE IF NOT EXISTS poll (
    id INTEGER PRIMARY KEY,
    question TEXT NOT NULL,
    round INTEGER NOT NULL DEFAULT 1,
    shown INTEGER NOT NULL DEFAULT 0,
    key BLOB  -- NULL: it has been closed
);
CREATE TABLE IF NOT EXISTS vote (
    poll INTEGER NOT NULL REFERENCES poll,
    question TEXT NOT NULL,
    round INTEGER NOT NULL,
    voter TEXT NOT NULL,
    option TEXT NOT NULL,  -- empty: no idea
    sure INTEGER,  -- NULL: not said
    PRIMARY KEY (poll, round, voter)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Poll:
    """A question that is open: in which ``round`` (1 or 2), and whether its votes are ``shown``."""

    id: int
    question: str
    round: int
    shown: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many have picked an option, and how many of them were sure, or said that it was a guess."""

    all: int
    sure: int
    guess: int


class Ballots:
    """All votes, in the SQLite file at ``path``; what a method has returned from outlasts the end of the process."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        self._file = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "busy_timeout = 2000"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.executescript(_TABLES)

    def end(self) -> None:
        """Close the file."""
        self._file.close()

    def poll(self) -> Poll | None:
        """The question that is open; None if none is."""
        row = self._file.execute("SELECT id, question, round, shown FROM poll WHERE key IS NOT NULL").fetchone()
        return Poll(*row[:3], bool(row[3])) if row else None

    def open(self, question: str) -> None:
        """Open this question, in its first round; one that was open is closed."""
        self.close()
        self._file.execute("INSERT INTO poll (question, key) VALUES (?, ?)", (question, secrets.token_bytes(32)))

    def show(self, shown: bool) -> None:
        """Show the votes for the question that is open, or hide them again."""
        self._file.execute("UPDATE poll SET shown = ? WHERE key IS NOT NULL", (shown,))

    def second(self) -> None:
        """Begin the second vote on the question that is open; no votes are shown at first."""
        self._file.execute("UPDATE poll SET round = ?, shown = 0 WHERE key IS NOT NULL", (ROUNDS,))

    def close(self) -> None:
        """Close the question that is open, if one is; its votes stay, and nobody's name can be found from them."""
        self._file.execute("UPDATE poll SET key = NULL, shown = 0 WHERE key IS NOT NULL")
        self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # the key is in no older page, either

    def take(self, poll: Poll, person: str, option: str, sure: bool | None) -> None:
        """Count this vote, in place of the one that ``person`` had in this round."""
        (key,) = self._file.execute("SELECT key FROM poll WHERE id = ?", (poll.id,)).fetchone()
        voter = hashlib.blake2b(person.encode(), key=key, digest_size=16).hexdigest()
        vote = (poll.id, poll.question, poll.round, voter, option, sure)
        self._file.execute("INSERT OR REPLACE INTO vote VALUES (?, ?, ?, ?, ?, ?)", vote)

    def counts(self, poll: Poll, round: int) -> dict[str, Count]:
        """How many have voted for what in this round, by the option's name; options without a vote are left out."""
        rows = self._file.execute(
            "SELECT option, count(*), coalesce(sum(sure), 0), coalesce(sum(NOT sure), 0)"
            " FROM vote WHERE poll = ? AND round = ? GROUP BY option",
            (poll.id, round),
        )
        return {option: Count(*numbers) for option, *numbers in rows}
