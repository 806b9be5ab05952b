"""What a learner gets from a call: a run that can be told, or an error of one sentence."""

from shmlesson.analysis.run import Run
from shmlesson.errors import ShmlessonError
from shmlesson.views.text import sentences

LONGEST_SENTENCE = 500  # characters


def outcome(call, *allowed):
    """What came of a call: a run, or orders, that can be told, or an error of one sentence; anything else is raised."""
    try:
        came = call()
        return type(came).__name__ if (sentences.story(came) if isinstance(came, Run) else str(came)) else "nothing"
    except (ShmlessonError, *allowed) as error:
        _check_sentence(str(error))
        return type(error).__name__


def all_came(outcomes):
    """What came of several calls, each outcome once."""
    return " + ".join(sorted(set(outcomes)))


def _check_sentence(text):
    assert text, "an error that says nothing"
    assert "\n" not in text, f"an error of several lines: {text[:200]!r}"
    assert len(text) <= LONGEST_SENTENCE, f"an error of {len(text)} characters: {text[:200]!r}"
