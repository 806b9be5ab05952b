"""The one table of kinds: each has a meaning, fields that can be checked, and steps that there are."""

import pytest

from kernels import answer
from shmlesson import program
from shmlesson.errors import BadMessage, ServerLost
from shmlesson.forkserver.tracer.step import op_of
from shmlesson.views.text.sentences import _ACTS, _SENTENCES
from shmlesson.wire import kinds
from shmlesson.wire.kinds import KINDS, STEPS, Edge, Kind, step_of
from shmlesson.wire.report import check_report, forms_of
from stories import report

EDGES = {value for name, value in vars(Edge).items() if name.isupper()}


@pytest.mark.parametrize("entry", [*KINDS.values(), *STEPS.values()], ids=lambda entry: entry.name)
def test_every_kind_and_every_step_has_a_meaning_in_one_sentence(entry):
    assert entry.meaning[:1].isupper()
    assert entry.meaning.endswith(".")
    assert ". " not in entry.meaning


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_fields_that_can_be_checked_an_order_and_steps_that_there_are(kind):
    assert forms_of(kind)
    assert kind.edge in EDGES
    assert {step for steps in kind.steps.values() for step in steps} <= STEPS.keys()
    assert ("at" in kind.fields) == any(kind.steps), f"{kind.name}: a thing is named, or its sorts are"


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_step_changes_only_what_it_can_be_about(step):
    assert set(step.changes) <= set(step.at)
    assert step.waits or not step.stuck_at


@pytest.mark.parametrize(
    ("kind", "at", "waits", "step"),
    [
        ("acquires", "lock", True, "acquires"),
        ("acquires", "lock", False, "tries"),
        ("acquires", "semaphore", False, "takes"),
        ("acquires", "event", True, "gets"),
        ("acquires", "event", False, "reads"),
        ("acquires", "barrier", True, ""),
        ("releases", "semaphore", True, "gives"),
        ("sends", "pipe", True, "puts"),
        ("reaps", "", True, "reaps"),
        ("reaps", "", False, "looks"),
        ("reads", "", True, "reads"),
        ("prints", "", True, ""),
    ],
)
def test_which_step_an_event_is_depends_on_the_thing_and_on_whether_it_waits(kind, at, waits, step):
    assert step_of(kind, at, waits) == step


def test_an_event_stays_set_and_a_pipe_does_not_keep_what_is_taken_out():
    assert op_of("gets", at="pipe").changes
    assert not op_of("gets", at="event").changes


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_a_sentence_or_a_reason_for_none(kind):
    said = kind.name in _SENTENCES or (kind.name in _ACTS and kind.lesson is None)

    assert said or kind.unsaid, f"views/text/sentences.py has no words for {kind.name}, and kinds.py no reason why"


@pytest.mark.parametrize("words", [_SENTENCES, _ACTS])
def test_there_are_words_for_no_other_kinds(words):
    assert words.keys() - KINDS.keys() == set()


@pytest.fixture
def own_table():
    """The table of kinds, to be changed; afterwards it is as before, and in the same order."""
    before = dict(kinds.KINDS)
    yield kinds.KINDS
    kinds.KINDS.clear()
    kinds.KINDS.update(before)


def test_a_kind_that_the_tracer_reports_and_the_table_does_not_have_is_refused(own_table):
    del own_table["sleeps"]

    with pytest.raises(ServerLost, match=r"^program\.py had a broken report: a report of no known kind"):
        program("import time\ntime.sleep(0)")


def test_a_kind_that_is_added_to_the_table_can_be_reported(own_table):
    with pytest.raises(BadMessage, match=r"^a report of no known kind"):
        check_report(report("parent", "notifies", at="condition", name="condition 1"))

    kind = Kind("notifies", "Notifies.", {"at": "at", "name": "name"}, steps={"condition": ()})
    own_table["notifies"] = kind

    check_report(report("parent", "notifies", at="condition", name="condition 1"))
    with pytest.raises(BadMessage, match=r"^a report that does not say what it must"):
        check_report(report("parent", "notifies", at="pipe", name="pipe 1"))


def test_the_table_is_plain_data_that_costs_no_import():
    loaded = answer(
        "import sys\nbefore = set(sys.modules)\nimport shmlesson.wire.kinds\n"
        "print(*sorted(set(sys.modules) - before - {'shmlesson', 'shmlesson.wire', '__future__'}))"
    ).split()

    assert [name for name in loaded if not name.startswith("shmlesson.wire.")] == []
