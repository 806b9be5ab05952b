"""``ask``, ``settle`` and ``answers``: a prediction that is held, and answered from what the learner ran."""

from __future__ import annotations

from collections.abc import Mapping

from ..views.widgets.question import Question as Widget
from .library import entry
from .practice_question import practice_question
from .question import Question, questions
from .rules import CannotSettle, Inconclusive
from .said import Said
from .store import STORE, Answer
from .voting import VOTING
from .words import WORDS, say


def ask(id: str) -> Widget:
    """Show a question with its options as buttons, and say nothing of its answer; what is picked is kept.

    In a class with a service of votes it is sent there, too, and a line says so.

    ``LookupError`` with close matches if there is no such question.
    """
    question = _question(id)
    STORE.add("asked", id)
    options = {option.name: f"({question.letter(option.name)}) {option.text}" for option in question.options}
    picked = STORE.answer(id)

    def pick(option: str, sure: bool | None) -> None:
        STORE.add("picked", id, option, sure)

    before = (picked.option, picked.sure) if picked else (None, None)
    widget = Widget(question.text, options, WORDS, pick, *before, code=question.code)
    if VOTING:
        VOTING.show(id, widget.note)
    return widget


def _question(id: str) -> Question:
    """The question of this name, of the course or of practice."""
    made = practice_question(id) if isinstance(id, str) else None
    return made or entry(questions(), id, "no_question")


def settle(id: str, evidence: object) -> Said:
    """Answer the option that was picked, from ``evidence``: a run, an exploration, or what else the question needs.

    If it cannot settle the question, one sentence says what can. With nothing picked it is the same text for all
    evidence that can. ``LookupError`` if there is no such question.
    """
    question = _question(id)
    answer = STORE.answer(id)
    try:
        found = question.found(evidence)
    except CannotSettle as error:
        nobody = answer is None and (not question.can_be_settled_here or isinstance(error, Inconclusive))
        return Said(_to_nobody(question) if nobody else say("cannot_settle", needs=question.needs))
    STORE.add("settled", id, found.option)
    if answer is None and (question.measured or found.option == question.right):
        return Said(_to_nobody(question))
    if answer is None or found.option != question.right:
        return Said(_shows_another(question, found.option))
    return Said(f"{_reply(question, answer, found.facts)}\n\n{question.why}")


def _to_nobody(question: Question) -> str:
    """What is said where nothing was picked: the same each time."""
    return f"{say('you_had_not_picked', shows=question.shows)}\n\n{question.why}"


def _shows_another(question: Question, option: str) -> str:
    shown, right = (question.option(name).text for name in (option, question.right))
    return say("shows_another", option=shown, right=right)


def _reply(question: Question, answer: Answer, facts: Mapping[str, object]) -> str:
    if not answer.option:
        return say("you_had_no_idea", shows=question.shows)
    picked = question.option(answer.option)
    right = picked.name == question.right
    more = WORDS["guess_and_right"] if right and answer.sure is False else ""
    more = WORDS["sure_and_wrong"] if not right and answer.sure else more
    words = "you_were_right" if right else "you_said"
    return " ".join(filter(None, [say(words, option=picked.text, answer=picked.answer.format(**facts)), more]))


def answers() -> Said:
    """The answers to all questions that were asked here, as a lettered list: for the end of a page on paper."""
    asked = [question for id in STORE.asked() if (question := questions().get(id))]
    if not asked:
        return Said(WORDS["nothing_asked"])
    return Said("\n\n".join(_on_paper(number, question) for number, question in enumerate(asked, 1)))


def _on_paper(number: int, question: Question) -> str:
    right = question.option(question.right)
    return say(
        "answer_on_paper",
        number=number,
        text=question.text,
        letter=question.letter(right.name),
        option=right.text,
        shows=question.shows,
        why=question.why,
    )
