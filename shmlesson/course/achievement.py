"""Achievement: what a learner has shown so far, worked out from the records, and nothing about how long it took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..views.html.certificate import certificate
from .exercise import Exercise
from .ladder import all_exercises
from .learning_gain import gain_of_one
from .question import Question, questions
from .store import DONE, NOT_YET, Record, Store
from .words import WORDS, say


@dataclass(frozen=True, slots=True, repr=False)
class Achievement:
    """``counts`` in a sentence each, what was ``shown`` by whose run, and a ``note`` on where that is kept.

    A notebook shows it as HTML, anything else as text. It has no times, so it is the same for the same records.
    """

    counts: tuple[str, ...]
    questions: tuple[str, ...]
    exercises: tuple[str, ...]
    note: str

    def __str__(self) -> str:
        lists = [line for title, items in self._lists() for line in (title, *(f"  - {item}" for item in items))]
        return "\n".join([*self.counts, "", *lists, "", self.note])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return certificate(self.counts, self._lists(), self.note)

    def _lists(self) -> list[tuple[str, Sequence[str]]]:
        """The lists of the certificate that have something in them, each with its title."""
        lists = [(WORDS["shown_questions"], self.questions), (WORDS["shown_exercises"], self.exercises)]
        return [(title, items) for title, items in lists if items] or [(WORDS["shown_nothing"], ())]


def achievement(records: Iterable[Record], note: str) -> Achievement:
    """What these records show; those of questions and exercises that the course no longer has count for nothing."""
    store = Store()
    store.restore(records)
    settled = [question for question in questions().values() if _prediction(store, question.id, question.right)]
    done = [exercise for exercise in all_exercises().values() if store.state(exercise.id) == DONE]
    asked = store.asked()
    settled.sort(key=lambda question: asked.index(question.id) if question.id in asked else len(asked))
    counts = (
        *(_questions_in_words(store, len(settled)), _before_and_after_in_words(store)),
        *(_exercises_in_words(store), _practice_in_words(store)),
    )
    shown = tuple(_shown(store, question) for question in settled)
    return Achievement(tuple(filter(None, counts)), shown, tuple(map(_done, done)), note)


def _prediction(store: Store, id: str, right: str) -> list[Record]:
    """The records of a question up to the first run that has shown what is true; empty if none has."""
    own = [record for record in store.records if record.id == id]
    places = [place for place, record in enumerate(own) if record.what == "settled" and right in ("", record.value)]
    return own[: places[0] + 1] if places else []


def _picked(records: Sequence[Record]) -> Record | None:
    """What was picked last, before the run."""
    return next((record for record in reversed(records) if record.what == "picked"), None)


def _shown(store: Store, question: Question) -> str:
    picked = _picked(_prediction(store, question.id, question.right))
    if picked is None:
        said = ""
    elif not picked.value:
        said = WORDS["had_no_idea"]
    elif picked.value == question.right:
        said = WORDS["had_said_so"]
    else:
        said = say("had_said", option=_option(question, picked.value))
    return f"{question.shows} {said}".rstrip()


def _option(question: Question, name: str) -> str:
    """The text of an option; its name, if the question no longer has it."""
    return next((option.text for option in question.options if option.name == name), name)


def _done(exercise: Exercise) -> str:
    return f"`{exercise.id}`: {exercise.done}"


def _questions_in_words(store: Store, settled: int) -> str:
    asked = [id for id in store.asked() if id in questions()]
    answered = [id for id in questions() if (answer := store.answer(id)) and answer.option]
    return say("count_questions", all=len(questions()), asked=len(asked), answered=len(answered), settled=settled)


def _before_and_after_in_words(store: Store) -> str:
    """How many of the questions of the first page, and of the last, were answered right; empty if one is missing."""
    gain = gain_of_one(store.records)
    (before, of_before), (after, of_after) = gain.before, gain.after
    facts = {"before": before, "of_before": of_before, "after": after, "of_after": of_after}
    return say("count_before_and_after", **facts) if gain.pairs else ""


def _exercises_in_words(store: Store) -> str:
    states = [store.state(id) for id in all_exercises()]
    return say("count_exercises", all=len(states), done=states.count(DONE), tried=states.count(NOT_YET))


def _practice_in_words(store: Store) -> str:
    """How many of the endless questions were settled, and in how many of them the prediction came true."""
    ids = dict.fromkeys(record.id for record in store.records if record.what == "settled")
    before = {id: _prediction(store, id, "") for id in ids if id.startswith("practise-")}
    came_true = [id for id, own in before.items() if (pick := _picked(own)) and pick.value == own[-1].value]
    return say("count_practice", settled=len(before), true=len(came_true)) if before else ""
