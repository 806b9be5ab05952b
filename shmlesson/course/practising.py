"""``practise``: endless small programs to predict, the same ones for the same seed, answered by running them."""

from __future__ import annotations

from ..api.program import program
from ..client.settings import check_count
from ..memory.sizes import shown, whole
from ..views.widgets.practice import Practice
from .asking import ask, settle
from .practice_question import name_for, practice_question
from .said import Said
from .words import WORDS


def practise(seed: int = 1, number: int = 1) -> Practice:
    """Show small programs to predict, one after the other, beginning with question ``number``.

    *Run it* runs the program, and answers what was picked. The questions are the same for the same ``seed`` (any
    integer); each also has a name, ``practise-SEED-NUMBER``, which ``ask`` and ``settle`` take. ``TypeError`` for a
    seed that is no integer, ``ValueError`` for a number below 1.
    """
    seed = whole(seed, f"seed must be an integer, got {shown(seed)}")
    number = check_count("number", number)
    return Practice(
        lambda number: ask(name_for(seed, number)),
        lambda number: _run(name_for(seed, number))._repr_html_(),
        WORDS,
        number,
    )


def _run(id: str) -> Said:
    """Run what the question is about, and settle it by that."""
    question = practice_question(id)
    if question is None:
        raise LookupError(id)
    return settle(id, program(question.evidence))
