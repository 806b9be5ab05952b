"""``check``, ``hint`` and ``solution``: an exercise that is judged by what its processes did."""

from __future__ import annotations

from ..api.not_run import NotRun
from .attempt import WrongSort
from .exercise import HINTS, Exercise
from .ladder import all_exercises
from .library import entry
from .said import Said
from .store import DONE, NOT_ATTEMPTED, NOT_YET, STORE
from .words import WORDS, say

_HINTS_LEFT = {0: "hints_none", 1: "hints_one"}


def check(id: str, given: object = None) -> Said:
    """Say whether an exercise is not attempted, not yet done, or done, and what is missing if something is.

    ``given`` is what was run, or the name that it was kept under (else: that of the exercise). A program is judged over
    all orders of its steps where these can be tried. ``LookupError`` if there is no such exercise.
    """
    exercise = entry(all_exercises(), id, "no_exercise")
    if given is None:
        given = _named(id, None)
    elif isinstance(given, str):
        given = _named(given, given)
    state, said = _state(exercise, given)
    STORE.add("checked", id, state)
    return Said(said)


def _state(exercise: Exercise, given: object) -> tuple[str, str]:
    if given is None:
        return NOT_ATTEMPTED, say("not_attempted", text=exercise.text)
    if isinstance(given, NotRun):
        return NOT_ATTEMPTED, say("did_not_run", name=given.name)
    if exercise.is_starter(given):
        return NOT_ATTEMPTED, say("still_the_starter", text=exercise.text)
    try:
        missing = exercise.missing(given)
    except WrongSort:
        return NOT_ATTEMPTED, say("wrong_sort", needs=exercise.needs)
    if missing:
        return NOT_YET, say("not_yet", missing=missing)
    return DONE, " ".join(filter(None, [say("done", done=exercise.done), exercise.remark(given)]))


def _named(name: str, instead: object) -> object:
    """What the notebook has under this name; ``instead`` if it has nothing."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return shell.user_ns.get(name.replace("-", "_"), instead) if shell else instead


def hint(id: str) -> Said:
    """A hint for an exercise: each call gives the next one, up to the last. ``LookupError`` for another name."""
    exercise = entry(all_exercises(), id, "no_exercise")
    given = STORE.count("hint", id)
    STORE.add("hint", id)
    number = min(given + 1, HINTS)
    said = say("hint", number=number, count=HINTS, hint=exercise.hints[number - 1])
    return Said(said if given < HINTS else f"{said}\n\n{say('no_more_hints', id=id)}")


def solution(id: str) -> Said:
    """One way to do an exercise; the first call only asks whether it is wanted. ``LookupError`` for another name."""
    exercise = entry(all_exercises(), id, "no_exercise")
    asked = STORE.count("solution", id)
    STORE.add("solution", id)
    if asked or STORE.state(id) == DONE:
        return Said(WORDS["solution"], exercise.solution)
    return Said(say("ask_again", id=id, hints=_hints_left(id)))


def _hints_left(id: str) -> str:
    left = max(0, HINTS - STORE.count("hint", id))
    return say(_HINTS_LEFT.get(left, "hints_many"), count=left, id=id)
