"""``results``: how many of a class were right before the lessons, and how many after; nobody's name is in it.

The gain is Hake's (American Journal of Physics 66, 1998): of what a class could still gain, the part that it did gain.
Everything is read from files that are here already, and nothing is sent anywhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..views.html.course_table import course_table
from .question import questions
from .record_file import NAME, records_in
from .store import Record
from .words import WORDS, say, table


@dataclass(frozen=True, slots=True)
class Gain:
    """How a class answered about one ``belief``: right and answered before, the same after, and those of both times.

    ``pairs`` has for each learner who answered both times whether that was right before, and after.
    """

    name: str
    belief: str
    before: tuple[int, int]
    after: tuple[int, int]
    pairs: tuple[tuple[bool, bool], ...]

    @property
    def gain(self) -> float | None:
        """(after - before) / (1 - before), of those who answered both times; None if there was nothing to gain."""
        before, after = (sum(right) for right in zip(*self.pairs, strict=True)) if self.pairs else (0, 0)
        room = len(self.pairs) - before
        return (after - before) / room if room else None


@dataclass(frozen=True, slots=True, repr=False)
class Results:
    """What a class knew before and after: ``learners``, a row of ``gains`` for each belief, and one for ``all``.

    ``skipped`` says which files could not be counted, and why. A notebook shows it as a table, anything else as text.
    """

    learners: int
    gains: tuple[Gain, ...]
    all: Gain
    skipped: tuple[str, ...] = ()

    def __str__(self) -> str:
        rows = [self._titles(), *self._rows()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        return "\n".join([self._title(), "", *lines, "", self._note()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return course_table(self._titles(), self._rows(), self._title(), self._note())

    def _titles(self) -> list[str]:
        return [WORDS[f"results_{name}"] for name in ("belief", "before", "after", "gain")]

    def _rows(self) -> list[list[str]]:
        return [
            [row.belief, _share(row.before), _share(row.after), _signed(row.gain)] for row in (*self.gains, self.all)
        ]

    def _title(self) -> str:
        return say("results_title_one" if self.learners == 1 else "results_title", learners=self.learners)

    def _note(self) -> str:
        left_out = [say("results_skipped", names="; ".join(self.skipped))] if self.skipped else []
        return "\n\n".join([*left_out, WORDS["results_note"]])


def _share(counted: tuple[int, int]) -> str:
    right, answered = counted
    return say("results_of", right=right, answered=answered) if answered else "–"


def _signed(gain: float | None) -> str:
    return "–" if gain is None else f"{gain:.2f}"


def results(where: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = ".") -> Results:
    """What a class got right before and after, from its files of progress, in a folder and all folders below it.

    ``where`` may be a file, too, or several of both. In a folder each ``shmlesson-progress.json`` counts, under
    whatever longer name it was handed in, such as ``anna-shmlesson-progress.json``. What cannot be read is left out
    and named. ``FileNotFoundError`` if there is no such file at all.
    """
    places = [where] if isinstance(where, str | os.PathLike) else [*where]
    paths = [path for place in places for path in _files(Path(place))]
    if not paths:
        raise FileNotFoundError(say("no_results", where=", ".join(map(str, places))))
    read, skipped = list[list[Record]](), list[str]()
    for path in paths:
        try:
            read.append(records_in(json.loads(path.read_bytes())))
        except OSError as error:
            skipped.append(say("results_cannot_read", name=path, why=error.strerror or error))
        except (ValueError, RecursionError):
            skipped.append(say("results_cannot_read", name=path, why=WORDS["results_no_records"]))
    return _results(_each_once(read), skipped)


def gain_of_one(records: Sequence[Record]) -> Gain:
    """What one learner got right before and after, all questions together."""
    return _results([records], ()).all


def _files(place: Path) -> Iterator[Path]:
    """The file itself; of a folder those in it and below it that are called like one of ours."""
    if not place.is_dir():
        yield place
        return
    stem, ending = os.path.splitext(NAME)
    for folder, below, names in os.walk(place):
        below.sort()
        yield from (Path(folder, name) for name in sorted(names) if stem in name and name.endswith(ending))


def _each_once(read: Iterable[list[Record]]) -> list[list[Record]]:
    """Without the older copies that `shmlesson lab --fresh` leaves: all that such a file has, a newer one has too."""
    kept = list[tuple[set[Record], list[Record]]]()
    for records in sorted(read, key=len, reverse=True):
        if not any(other.issuperset(records) for other, _ in kept):
            kept.append((set(records), records))
    return [records for _, records in kept]


def _results(learners: Sequence[Sequence[Record]], skipped: Sequence[str]) -> Results:
    beliefs = {name: row["belief"] for name, row in table("misconceptions").items()}
    asked = table("before_and_after")
    answers = {
        name: [tuple(_is_right(own, id) for id in (ids["before"], ids["after"])) for own in learners]
        for name, ids in asked.items()
    }
    gains = tuple(_gain(name, beliefs[name], rights) for name, rights in answers.items())
    every = _gain("", WORDS["results_all"], [pair for rights in answers.values() for pair in rights])
    return Results(len(learners), gains, every, tuple(skipped))


def _is_right(records: Iterable[Record], id: str) -> bool | None:
    """Whether the first answer to this question was right; None if there was none before a run had settled it.

    A question of the beginning is asked once more later on. Until then one may change one's mind.
    """
    picked: str | None = None
    for record in records:
        if record.id == id and (record.what == "settled" or (record.what == "asked" and picked is not None)):
            break
        if record.id == id and record.what == "picked":
            picked = record.value
    return None if picked is None else picked == questions()[id].right


def _gain(name: str, belief: str, rights: Sequence[tuple[bool | None, ...]]) -> Gain:
    before, after = (_counted([pair[place] for pair in rights]) for place in (0, 1))
    pairs = tuple((bool(first), bool(last)) for first, last in rights if first is not None and last is not None)
    return Gain(name, belief, before, after, pairs)


def _counted(rights: Iterable[bool | None]) -> tuple[int, int]:
    """How many were right, of how many that answered."""
    answered = [right for right in rights if right is not None]
    return sum(answered), len(answered)
